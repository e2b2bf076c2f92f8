import type { Folder } from '../../shared/contract/index.ts'
import type { Person } from '../people/index.ts'
import type { Store } from '../store/index.ts'
import { type MessageRow, messageColumns } from './body.ts'
import { sentId } from './owned.ts'
import type { ListedCopy } from './summary.ts'

export interface ListedRow {
  /** As the person knows it. */
  readonly id: string
  /** Place in the order of time: ms, then the row's own id. */
  readonly at: number
  readonly key: string
  readonly message: MessageRow
  readonly copy: ListedCopy | null
}

export interface Slice {
  readonly order: 'newest' | 'oldest'
  readonly after: { readonly at: number; readonly id: string } | undefined
  readonly limit: number
  readonly unread: boolean
}

/** Some messages of a folder in the order of time, from a place on. Reads along an index: the cost is the limit's. */
export async function sliceOf(
  store: Store,
  person: Person,
  folder: Folder,
  slice: Slice,
): Promise<ListedRow[]> {
  return folder === 'inbox' ? inbox(store, person, slice) : sent(store, person, slice)
}

async function inbox(
  { db }: Store,
  person: Person,
  { order, after, limit, unread }: Slice,
): Promise<ListedRow[]> {
  const direction = order === 'newest' ? 'desc' : 'asc'
  let query = db
    .selectFrom('copies')
    .innerJoin('messages', 'messages.id', 'copies.message_id')
    .select(messageColumns)
    .select([
      'copies.id as copy_id',
      'copies.state as copy_state',
      'copies.unread as copy_unread',
      'copies.received_at as copy_received_at',
      'copies.replied_at as copy_replied_at',
      'copies.expires_at as copy_expires_at',
    ])
    .where('copies.person_id', '=', person.id)
    .orderBy('copies.received_at', direction)
    .orderBy('copies.id', direction)
    .limit(limit)
  if (unread) query = query.where('copies.unread', '=', 1)
  if (after) {
    const { at, id } = after
    const [reaching, beyond] = order === 'newest' ? (['<=', '<'] as const) : (['>=', '>'] as const)
    // The first condition alone decides where in the index the search begins.
    query = query
      .where('copies.received_at', reaching, at)
      .where((where) => where.or([where('copies.received_at', beyond, at), where('copies.id', beyond, id)]))
  }
  return (await query.execute()).map((row) => ({
    id: row.copy_id,
    at: row.copy_received_at,
    key: row.copy_id,
    message: row,
    copy: {
      id: row.copy_id,
      state: row.copy_state,
      unread: row.copy_unread,
      received_at: row.copy_received_at,
      replied_at: row.copy_replied_at,
      expires_at: row.copy_expires_at,
    },
  }))
}

async function sent({ db }: Store, person: Person, { order, after, limit }: Slice): Promise<ListedRow[]> {
  const direction = order === 'newest' ? 'desc' : 'asc'
  let query = db
    .selectFrom('messages')
    .select(messageColumns)
    .where('author_id', '=', person.id)
    .where('origin', '=', 'portal')
    .orderBy('received_at', direction)
    .orderBy('id', direction)
    .limit(limit)
  if (after) {
    const { at, id } = after
    const [reaching, beyond] = order === 'newest' ? (['<=', '<'] as const) : (['>=', '>'] as const)
    query = query
      .where('received_at', reaching, at)
      .where((where) => where.or([where('received_at', beyond, at), where('id', beyond, id)]))
  }
  return (await query.execute()).map((message) => ({
    id: sentId(message.id),
    at: message.received_at,
    key: message.id,
    message,
    copy: null,
  }))
}
