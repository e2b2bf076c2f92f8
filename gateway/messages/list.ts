import { setImmediate as turn } from 'node:timers/promises'
import type { MessageList, MessageSummary, ListRequest } from '../../shared/contract/index.ts'
import type { Person } from '../people/index.ts'
import { type Cursor, readCursor, writeCursor } from './cursor.ts'
import { type ListedRow, type Slice, sliceOf } from './folder.ts'
import { accountOf } from './owned.ts'
import type { MessageParts } from './parts.ts'
import { matches, normalised } from './search.ts'
import { summaryOf } from './summary.ts'

/** Rows read at once where subjects have to be opened: about 5 ms, then others have their turn. */
const sliceSize = 200
/** Messages looked at for one answer; a search goes on from there with the next page. */
const mostLookedAt = 5000

interface Wanted {
  readonly folder: 'inbox' | 'sent'
  readonly search: string
  readonly unread: boolean
  readonly limit: number
}

/**
 * A page of a person's folder. In the order of time it costs what the page costs, however much there is. Subjects
 * are sealed, so a search and the other orders open them one after the other: a search looks at 5,000 messages
 * for a page and says where to go on; other orders sort the newest 5,000.
 */
export async function listMessages(
  parts: MessageParts,
  person: Person,
  request: ListRequest,
): Promise<MessageList> {
  const { folder = 'inbox', sort = 'newest' } = request
  const limit = Number(request.limit ?? 50)
  const wanted: Wanted = {
    folder,
    search: normalised(request.search ?? ''),
    unread: request.unread === 'true',
    limit,
  }
  const cursor = request.cursor === undefined ? undefined : readCursor(request.cursor)
  const page =
    sort === 'newest' || sort === 'oldest'
      ? await inTime(parts, person, wanted, sort, cursor)
      : await sorted(parts, person, wanted, sort, cursor)
  return { ...page, unread: await unreadCount(parts, person) }
}

type Page = Pick<MessageList, 'items' | 'next'>

async function inTime(
  parts: MessageParts,
  person: Person,
  wanted: Wanted,
  order: 'newest' | 'oldest',
  cursor: Cursor | undefined,
): Promise<Page> {
  let after = cursor && 'at' in cursor ? cursor : undefined
  const items: MessageSummary[] = []
  const size = wanted.search === '' ? wanted.limit + 1 : sliceSize
  for (let looked = 0; looked < mostLookedAt;) {
    const slice: Slice = { order, after, limit: size, unread: wanted.unread }
    const rows = await sliceOf(parts.store, person, wanted.folder, slice)
    looked += rows.length
    for (const row of rows) {
      // One more than asked for is there: the page ends before it.
      if (items.length === wanted.limit) return { items, next: after ? writeCursor(after) : null }
      const item = await opened(parts, row)
      if (matches(item, wanted.search)) items.push(item)
      after = { at: row.at, id: row.key }
    }
    if (rows.length < size) return { items, next: null }
    await turn()
  }
  return { items, next: after ? writeCursor(after) : null }
}

async function sorted(
  parts: MessageParts,
  person: Person,
  wanted: Wanted,
  sort: 'sender' | 'subject' | 'expiry',
  cursor: Cursor | undefined,
): Promise<Page> {
  const all: MessageSummary[] = []
  let after: Slice['after']
  for (let looked = 0; looked < mostLookedAt;) {
    const slice: Slice = { order: 'newest', after, limit: sliceSize, unread: wanted.unread }
    const rows = await sliceOf(parts.store, person, wanted.folder, slice)
    looked += rows.length
    for (const row of rows) {
      const item = await opened(parts, row)
      if (matches(item, wanted.search)) all.push(item)
      after = { at: row.at, id: row.key }
    }
    if (rows.length < sliceSize) break
    await turn()
  }
  // Sorting is stable, so equal ones stay newest first.
  all.sort(orders[sort])
  const begin = cursor && 'position' in cursor ? placeOf(all, cursor) : 0
  const items = all.slice(begin, begin + wanted.limit)
  const last = items.at(-1)
  const position = begin + items.length
  return { items, next: last && position < all.length ? writeCursor({ position, id: last.id }) : null }
}

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true })

/** An answer's `Re:` says nothing of what it is about. */
const bare = (subject: string) =>
  subject.replace(/^((re|aw|fwd?|wg|sv|vs|ref|tr|rv|odp)(\[\d+\])?:\s*)+/i, '')

const orders: Record<'sender' | 'subject' | 'expiry', (a: MessageSummary, b: MessageSummary) => number> = {
  sender: (a, b) => collator.compare(a.from.name || a.from.address, b.from.name || b.from.address),
  subject: (a, b) => collator.compare(bare(a.subject), bare(b.subject)),
  expiry: (a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity) || 0,
}

function placeOf(all: readonly MessageSummary[], cursor: { position: number; id: string }): number {
  const place = all.findIndex((item) => item.id === cursor.id)
  return place < 0 ? cursor.position : place + 1
}

async function opened(parts: MessageParts, row: ListedRow): Promise<MessageSummary> {
  return summaryOf({ ...row, account: await accountOf(parts, row.message.account_id) })
}

async function unreadCount({ store }: MessageParts, person: Person): Promise<number> {
  const { count } = await store.db
    .selectFrom('copies')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('person_id', '=', person.id)
    .where('unread', '=', 1)
    .executeTakeFirstOrThrow()
  return count
}
