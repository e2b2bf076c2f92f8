import { expect, test } from 'vitest'
import {
  createClient,
  type MessageSummary,
  ProblemError,
  type Transport,
} from '../../shared/contract/index.ts'
import { createLists } from '../../shared/portal/lists.ts'

const summary = (id: string, unread = false): MessageSummary => ({
  id,
  folder: 'inbox',
  from: { name: 'Alice', address: 'alice@example.test' },
  to: [],
  subject: id,
  at: 0,
  expiresAt: null,
  unread,
  hasAttachments: false,
  replied: false,
  state: 'held',
  organisation: 'Example',
})

/** A gateway at the end of a wire: answers the list by what was asked, when the test lets it. */
function wire(answer: (query: URLSearchParams) => Promise<unknown>) {
  const transport: Transport = {
    json: (_method, path) => answer(new URL(path, 'http://gateway').searchParams),
    bytes: () => Promise.reject(new Error('not asked for')),
    upload: () => Promise.reject(new Error('not asked for')),
  }
  return createLists(createClient(transport))
}

test('more messages follow those that are there', async () => {
  const lists = wire(async (query) =>
    query.get('cursor') === null
      ? { items: [summary('a'), summary('b')], next: 'after-b', unread: 0 }
      : { items: [summary('c')], next: null, unread: 0 },
  )
  await lists.inbox.refresh()
  expect(lists.inbox.hasMore.value).toBe(true)
  await lists.inbox.more()
  expect(lists.inbox.items.value.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(lists.inbox.hasMore.value).toBe(false)
})

test('a slow answer to an older search does not take the place of the newer', async () => {
  const waiting: (() => void)[] = []
  const lists = wire(
    (query) =>
      new Promise((resolve) => {
        const search = query.get('search') ?? ''
        waiting.push(() => resolve({ items: [summary(search)], next: null, unread: 0 }))
      }),
  )
  lists.inbox.ask({ search: 'old' })
  lists.inbox.ask({ search: 'new' })
  waiting[1]?.()
  await new Promise((resolve) => setTimeout(resolve, 0))
  waiting[0]?.()
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(lists.inbox.items.value.map(({ id }) => id)).toEqual(['new'])
})

test('what was shown stays when the gateway cannot be reached', async () => {
  let down = false
  const lists = wire(async () => {
    if (down) throw new ProblemError({ type: '', title: '', status: 0, detail: '', code: 'offline' })
    return { items: [summary('a')], next: null, unread: 0 }
  })
  await lists.inbox.refresh()
  down = true
  await lists.inbox.refresh()
  expect(lists.inbox.status.value).toBe('failed')
  expect(lists.inbox.items.value).toHaveLength(1)
})

test('reading a message takes it off the unread ones at once, and once only', async () => {
  const lists = wire(async () => ({ items: [summary('a', true), summary('b', true)], next: null, unread: 2 }))
  await lists.inbox.refresh()
  lists.patch('a', { unread: false })
  lists.patch('a', { unread: false })
  expect(lists.unread.value).toBe(1)
  expect(lists.inbox.items.value[0]?.unread).toBe(false)
  lists.patch('a', { unread: true })
  expect(lists.unread.value).toBe(2)
})

test('a message knows the ones before and after it', async () => {
  const lists = wire(async () => ({
    items: [summary('a'), summary('b'), summary('c')],
    next: null,
    unread: 0,
  }))
  await lists.inbox.refresh()
  expect(lists.neighbours('b')).toEqual({ newer: 'a', older: 'c' })
  expect(lists.neighbours('a')).toEqual({ older: 'b' })
  expect(lists.neighbours('elsewhere')).toEqual({})
})

test('nothing of one person is left for the next', async () => {
  const lists = wire(async () => ({ items: [summary('a', true)], next: null, unread: 1 }))
  await lists.inbox.refresh()
  lists.clear()
  expect(lists.inbox.items.value).toEqual([])
  expect(lists.unread.value).toBeUndefined()
  expect(lists.inbox.query.value.search).toBe('')
})
