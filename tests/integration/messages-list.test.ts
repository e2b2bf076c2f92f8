/** Finding a message among many. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MessageList } from '../../shared/contract/index.ts'
import type { Person } from '../../gateway/people/index.ts'
import { type Office, mail, office, problem } from './messages-parts.ts'

describe('a hundred and twenty messages', () => {
  let desk: Office
  let rita: Person
  const people = [
    { address: 'zoe@example.test', name: 'Zoe' },
    { address: 'adam@example.test', name: 'Adam' },
  ]

  beforeAll(async () => {
    desk = await office()
    for (let n = 0; n < 120; n++) {
      // Several come in the same millisecond.
      if (n % 3 === 0) desk.clock.at += 1000
      await desk.receive({
        raw: mail({}, `message ${n}`),
        hold: ['rita@clinic.test', ...(n % 10 === 0 ? ['ben@other.test'] : [])],
        facts: {
          subject: `${n % 2 === 0 ? 'Re: ' : ''}Befund Größe ${n}`,
          from: people[n % 2] ?? { address: '', name: '' },
        },
        options: { expiryDays: 1 + (n % 7) },
      })
    }
    rita = await desk.person('rita@clinic.test')
  })
  afterAll(() => desk[Symbol.asyncDispose]())

  async function all(request: Parameters<Office['messages']['list']>[1]): Promise<MessageList['items']> {
    const items: MessageList['items'] = []
    let cursor: string | null | undefined
    do {
      const page = await desk.messages.list(rita, { ...request, limit: 17, ...(cursor && { cursor }) })
      items.push(...page.items)
      cursor = page.next
    } while (cursor !== null)
    return items
  }
  const numbers = (items: MessageList['items']) =>
    items.map(({ subject }) => Number(/\d+$/.exec(subject)?.[0]))

  test('are paged through without one missing or twice, newest or oldest first', async () => {
    const newest = await all({})
    expect(new Set(numbers(newest)).size).toBe(120)
    expect(newest.map(({ at }) => at)).toEqual(newest.map(({ at }) => at).toSorted((a, b) => b - a))
    expect((await all({ sort: 'oldest' })).map(({ id }) => id)).toEqual(newest.map(({ id }) => id).reverse())
  })

  test('are sorted by sender, subject and expiry', async () => {
    expect([...new Set((await all({ sort: 'sender' })).map(({ from }) => from.name))]).toEqual([
      'Adam',
      'Zoe',
    ])
    expect(numbers(await all({ sort: 'subject' }))).toEqual(Array.from({ length: 120 }, (_, n) => n))
    const ends = (await all({ sort: 'expiry' })).map(({ expiresAt }) => expiresAt ?? 0)
    expect(ends).toEqual(ends.toSorted((a, b) => a - b))
  })

  test('are searched by subject and sender, whatever case and accents', async () => {
    for (const search of ['GRÖßE 117', 'grösse 117', 'grosse 117', 'befund 117 adam']) {
      expect(numbers(await all({ search }))).toEqual([117])
    }
    expect(await all({ search: 'adam' })).toHaveLength(60)
    expect(numbers(await all({ search: 'zoe befund', sort: 'oldest' })).every((n) => n % 2 === 0)).toBe(true)
    expect(await all({ search: 'nothing like it' })).toEqual([])
  })

  test('are counted unread, whatever was searched for', async () => {
    const { items } = await desk.messages.list(rita, { limit: 2 })
    for (const { id } of items) await desk.messages.open(rita, id)
    expect((await desk.messages.list(rita, { search: 'adam' })).unread).toBe(118)
    expect(await all({ unread: 'true' })).toHaveLength(118)
    expect((await desk.messages.list(await desk.person('ben@other.test'), {})).unread).toBe(12)
  })

  test('a cursor that is none of ours is refused', async () => {
    for (const cursor of ['x', Buffer.from('{"at":"1"}').toString('base64url')]) {
      expect(await problem(desk.messages.list(rita, { cursor }))).toMatchObject({ code: 'cursor-malformed' })
    }
  })
})
