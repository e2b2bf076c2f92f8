import { sql } from 'kysely'
import type { Store } from '../../store/index.ts'
import { type Found, ofDispatch, ofEvent } from './found.ts'

export interface SearchResult {
  /** Newest first. */
  readonly found: readonly Found[]
  /** What is older than this was not looked at, ms; null: everything was. */
  readonly lookedBackTo: number | null
}

export interface SearchOptions {
  /** Lines at most. */
  readonly limit: number
  /** ms after which it stops and says how far it came. */
  readonly time: number
  /** Only what is older, ms. */
  readonly before?: number | undefined
}

/** Rows looked through in one go. */
const stretch = 20_000

/**
 * Finds text in ids, Message-IDs, addresses and replies of the remote: an id at once, anything else by reading
 * backwards from now until there are enough, or the time is up. First the dispatches, which are remembered for a
 * month after their end, then what the events tell of older ones.
 * @param clock ms that only go forward.
 */
export async function searchQueue(
  { db }: Pick<Store, 'db'>,
  text: string,
  { limit, time, before = Infinity }: SearchOptions,
  clock: () => number,
): Promise<SearchResult> {
  const wanted = text.trim().toLowerCase()
  const byId = await ofIds(db, wanted)
  if (byId.length > 0) return { found: byId.slice(0, limit), lookedBackTo: null }

  const end = clock() + time
  const found: Found[] = []
  for (const source of [dispatches, events]) {
    for await (const { lines, backTo } of source(db, wanted, before, limit)) {
      found.push(...lines)
      if (found.length >= limit || (backTo !== null && clock() >= end)) {
        return { found: found.slice(0, limit), lookedBackTo: found[limit - 1]?.at ?? backTo }
      }
    }
  }
  return { found, lookedBackTo: null }
}

type Database = Store['db']
interface Stretch {
  readonly lines: readonly Found[]
  /** Null: there is nothing older. */
  readonly backTo: number | null
}

/** An id, also where it stands in the Message-ID of a notice (`<id@host>`). */
async function ofIds(db: Database, wanted: string): Promise<Found[]> {
  const id = /^<?([0-9a-z]{26})(?:@|>|$)/.exec(wanted)?.[1]
  if (id === undefined) return []
  const rows = await joined(db)
    .where((where) => where.or([where('dispatches.id', '=', id), where('dispatches.message_id', '=', id)]))
    .execute()
  return rows.sort((a, b) => (a.id < b.id ? 1 : -1)).map(ofDispatch)
}

function joined(db: Database) {
  return db
    .selectFrom('dispatches')
    .leftJoin('messages', 'messages.id', 'dispatches.message_id')
    .selectAll('dispatches')
    .select('messages.rfc_message_id')
}

async function* dispatches(
  db: Database,
  wanted: string,
  before: number,
  limit: number,
): AsyncGenerator<Stretch> {
  const pattern = patternOf(wanted)
  for (let below: string | undefined; ;) {
    let ids = db.selectFrom('dispatches').select(['id', 'created_at']).orderBy('id', 'desc').limit(1)
    if (below !== undefined) ids = ids.where('id', '<', below)
    const last = await ids.offset(stretch).executeTakeFirst()
    let query = joined(db)
      .where((where) =>
        where.or([
          has('dispatches.envelope_from', pattern),
          has('dispatches.recipients_json', pattern),
          has('dispatches.history_json', pattern),
          // Where it can be none, the rows of messages are left alone, which is most of the time it takes.
          ...(wanted.includes('@') ? [has('messages.rfc_message_id', pattern)] : []),
        ]),
      )
      .orderBy('dispatches.id', 'desc')
      .limit(limit)
    if (before !== Infinity) query = query.where('dispatches.created_at', '<', before)
    if (below !== undefined) query = query.where('dispatches.id', '<', below)
    if (last) query = query.where('dispatches.id', '>=', last.id)
    yield { lines: (await query.execute()).map(ofDispatch), backTo: last?.created_at ?? null }
    if (!last) return
    below = last.id
  }
}

const ends = ['delivered', 'notified', 'reminded', 'warned', 'delivery-failed', 'delivery-dropped']

async function* events(db: Database, wanted: string, before: number, limit: number): AsyncGenerator<Stretch> {
  const pattern = patternOf(wanted)
  for (let below = Number.MAX_SAFE_INTEGER; ;) {
    const last = await db
      .selectFrom('events')
      .select(['id', 'at'])
      .where('id', '<', below)
      .orderBy('id', 'desc')
      .offset(stretch)
      .limit(1)
      .executeTakeFirst()
    let query = db
      .selectFrom('events')
      .leftJoin('messages', 'messages.id', 'events.message_id')
      .select(['events.at', 'events.type', 'events.message_id', 'events.detail_json'])
      .select(['messages.rfc_message_id', 'messages.envelope_from'])
      .where('events.id', '<', below)
      .where('events.id', '>=', last?.id ?? 0)
      .where('events.type', 'in', ends)
      .where((where) =>
        where.or([
          has('events.detail_json', pattern),
          has('messages.envelope_from', pattern),
          has('messages.rfc_message_id', pattern),
        ]),
      )
      .orderBy('events.id', 'desc')
      .limit(limit)
    if (before !== Infinity) query = query.where('events.at', '<', before)
    const lines = (await query.execute()).map(ofEvent)
    yield { lines: await forgotten(db, lines), backTo: last?.at ?? null }
    if (!last) return
    below = last.id
  }
}

/** Those whose dispatch is remembered have been found there. */
async function forgotten(db: Database, lines: readonly Found[]): Promise<Found[]> {
  if (lines.length === 0) return []
  const rows = await db
    .selectFrom('dispatches')
    .select('id')
    .where(
      'id',
      'in',
      lines.map(({ id }) => id),
    )
    .execute()
  const known = new Set(rows.map(({ id }) => id))
  return lines.filter(({ id }) => !known.has(id))
}

/** JSON text is searched as it is stored, so what JSON escapes is escaped here. */
function patternOf(wanted: string): string {
  const inJson = JSON.stringify(wanted).slice(1, -1)
  return `%${inJson.replace(/[%_\\]/g, '\\$&')}%`
}

function has(column: string, pattern: string) {
  return sql<boolean>`lower(${sql.ref(column)}) like ${pattern} escape '\\'`
}
