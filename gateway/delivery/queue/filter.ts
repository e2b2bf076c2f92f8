import { sql } from 'kysely'
import type { Row, Store } from '../../store/index.ts'
import { recipientsOf } from './row.ts'

/** Which dispatches; what is left out matches all. */
export interface QueueFilter {
  /** Of a dispatch; or a queue id, for all dispatches of that message. */
  readonly id?: string
  readonly destination?: string
  readonly accountId?: string
  /** Of the envelope sender: an address, or a domain. */
  readonly sender?: string
  /** Of a recipient: the same. */
  readonly recipient?: string
  /** Queued ones where left out; with an id, any. */
  readonly state?: Row<'dispatches'>['state']
  readonly paused?: boolean
  readonly kind?: 'message' | 'notice'
}

/** Rows read in one go, and changed in one transaction: small, so that mail that arrives meanwhile does not wait. */
const page = 500

/** What matches, oldest first, a page at a time: a queue of any length, while others work on it. */
export async function* matching(
  { db }: Pick<Store, 'db'>,
  filter: QueueFilter,
  most = Infinity,
): AsyncGenerator<Row<'dispatches'>[]> {
  const { id } = filter
  if (id !== undefined) {
    // Without an order, which would make the database walk all rows by it instead of going to these.
    const rows = await chosen(db, filter)
      .where((where) => where.or({ id, message_id: id }))
      .execute()
    yield rows.filter((row) => isTo(row, filter.recipient)).sort((a, b) => (a.id < b.id ? -1 : 1))
    return
  }
  let left = most
  for (let after = ''; left > 0;) {
    const limit = Math.min(left, page)
    const rows = await chosen(db, { state: 'queued', ...filter })
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute()
    const those = rows.filter((row) => isTo(row, filter.recipient))
    if (those.length > 0) yield those
    const last = rows.at(-1)
    if (!last || rows.length < limit) return
    left -= those.length
    after = last.id
  }
}

function chosen(db: Store['db'], filter: QueueFilter) {
  const { state, destination, accountId, sender, recipient, paused, kind } = filter
  let query = db.selectFrom('dispatches').selectAll()
  if (state !== undefined) query = query.where('state', '=', sql.lit(state))
  if (destination !== undefined) query = query.where('destination', '=', destination)
  if (accountId !== undefined) query = query.where('account_id', '=', accountId)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (paused !== undefined) query = query.where('paused_at', paused ? 'is not' : 'is', null)
  if (sender !== undefined) query = query.where(holds('envelope_from', ending(sender, '')))
  if (recipient !== undefined) query = query.where(holds('recipients_json', `%${ending(recipient, '"%')}`))
  return query
}

/** Case does not matter: senders are kept as they came. */
function holds(column: 'envelope_from' | 'recipients_json', pattern: string) {
  return sql<boolean>`lower(${sql.ref(column)}) like ${pattern} escape '\\'`
}

/** A pattern of LIKE for an address, or for all of a domain. */
function ending(text: string, end: string): string {
  const plain = text.toLowerCase().replace(/[%_\\]/g, '\\$&')
  return `${text.includes('@') ? '' : '%@'}${plain}${end}`
}

/** The text of a row may hold the address elsewhere, in a reply. */
function isTo(row: Row<'dispatches'>, wanted: string | undefined): boolean {
  if (wanted === undefined) return true
  const text = wanted.toLowerCase()
  return recipientsOf(row).some(({ address }) => {
    const lower = address.toLowerCase()
    return lower === text || (!text.includes('@') && lower.endsWith(`@${text}`))
  })
}
