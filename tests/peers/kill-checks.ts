import { stat } from 'node:fs/promises'
import { type StoreView, bodyPath, storePlaces, viewStore } from '../../gateway/store/index.ts'
import { run } from '../../gateway/commands/index.ts'
import type { Killed } from './kill-run.ts'
import type { Sent } from './load.ts'

/** What became of a message that was acknowledged, as the store tells. */
export interface Fate {
  /** It is there as the same message, or was. */
  readonly known: boolean
  /** Its bytes are there. */
  readonly whole: boolean
  readonly shredded: boolean
  /** States of its copies. */
  readonly copies: readonly string[]
  /** States of the dispatches that relay it. */
  readonly relays: readonly string[]
  /** How often it, or the notification of it, was delivered, or failed for good, by what was recorded. */
  readonly delivered: number
  readonly failed: number
  /** Reports to its sender. */
  readonly reports: number
}

/** What is right of a message; given the message and what became of it. */
export type Right = (sent: Sent, fate: Fate) => boolean

/** Held and told, or relayed: each once. */
export const once: Right = ({ secure }, fate) =>
  fate.known &&
  fate.delivered === 1 &&
  fate.failed + fate.reports === 0 &&
  (secure ? isHeld(fate) && fate.relays.length === 0 : isRelayed(fate, 'done'))

export function isHeld({ whole, copies }: Fate): boolean {
  return whole && copies.join() === 'held'
}

export function isRelayed({ copies, relays }: Fate, state: string): boolean {
  return copies.length === 0 && relays.join() === state
}

/** Throws where the store is not as it must be after any number of kills. */
export async function checkStore(
  dataDir: string,
  { acknowledged }: Pick<Killed, 'acknowledged'>,
  right: Right,
): Promise<void> {
  await using store = viewStore(dataDir)
  const wrong = [...(await againstItself(store, dataDir)), ...(await messages(store, acknowledged, right))]
  if (wrong.length > 0) throw new Error(`${wrong.length} are wrong: ${wrong.slice(0, 5).join('\n')}`)
  const doctor = await examined(dataDir)
  if (doctor.code !== 0) throw new Error(`doctor: ${doctor.out}`)
}

async function messages(
  { db }: StoreView,
  acknowledged: ReadonlyMap<string, Sent>,
  right: Right,
): Promise<string[]> {
  const rows = await db
    .selectFrom('messages')
    .leftJoin('bodies', 'bodies.id', 'messages.body_id')
    .select(['messages.id', 'rfc_message_id', 'shredded_at', 'bodies.id as body'])
    .execute()
  const copies = listed(await db.selectFrom('copies').select(['message_id as id', 'state as one']).execute())
  const dispatches = await db
    .selectFrom('dispatches')
    .select(['message_id', 'kind', 'state', 'notice_json'])
    .execute()
  const relays = listed(
    dispatches
      .filter(({ kind }) => kind === 'message')
      .map(({ message_id, state }) => ({ id: message_id, one: state })),
  )
  const reports = listed(
    dispatches
      .filter(({ notice_json }) => notice_json?.includes('"delivery-failure"'))
      .map(({ message_id, state }) => ({ id: message_id, one: state })),
  )
  const happenings = await db
    .selectFrom('events')
    .select(['message_id as id', 'type as one', 'detail_json'])
    .where('type', 'in', ['delivered', 'notified', 'delivery-failed'])
    .execute()
  // Of other notices about it, such as a report to its sender, this tells nothing.
  const events = listed(
    happenings.filter(({ detail_json }) => /"notice":"(?!notification)/.exec(detail_json) === null),
  )
  const stored = new Map(rows.map((row) => [row.id, row]))
  const wrong: string[] = []
  const rfcIds = new Set<string>()
  for (const { rfc_message_id, id } of rows) {
    if (rfcIds.has(rfc_message_id)) wrong.push(`${id} is stored twice`)
    rfcIds.add(rfc_message_id)
  }
  for (const [id, sent] of acknowledged) {
    const row = stored.get(id)
    const happened = events.get(id) ?? []
    const fate: Fate = {
      known: row?.rfc_message_id === sent.rfcMessageId,
      whole: row?.body !== null && row?.body !== undefined,
      shredded: row?.shredded_at !== null,
      copies: copies.get(id) ?? [],
      relays: relays.get(id) ?? [],
      delivered: happened.filter((type) => type !== 'delivery-failed').length,
      failed: happened.filter((type) => type === 'delivery-failed').length,
      reports: (reports.get(id) ?? []).length,
    }
    if (!right(sent, fate)) wrong.push(JSON.stringify({ ...sent, ...fate }))
  }
  return wrong
}

/** What would be half a message, a doubled one, or one that nobody knows of. */
async function againstItself({ db }: StoreView, dataDir: string): Promise<string[]> {
  const wrong: string[] = []
  const named = new Set<string | null>()
  for (const table of ['messages', 'draft_files', 'outbox'] as const) {
    for (const { body_id } of await db.selectFrom(table).select('body_id').execute()) {
      if (body_id !== null && named.has(body_id)) wrong.push(`body ${body_id} belongs to two`)
      named.add(body_id)
    }
  }
  named.delete(null)
  const bodies = await db
    .selectFrom('bodies')
    .select(({ eb }) => ['id', 'size', eb('data', 'is', null).as('isFile')])
    .execute()
  for (const { id, size, isFile } of bodies) {
    if (!named.delete(id)) wrong.push(`body ${id} belongs to nothing`)
    if (!isFile) continue
    const file = await stat(bodyPath(storePlaces(dataDir).bodies, id)).catch(() => undefined)
    if (file?.size !== size) wrong.push(`body ${id} has ${file?.size} bytes on disk instead of ${size}`)
  }
  for (const id of named) wrong.push(`body ${id} is named and not there`)
  const half = await db
    .selectFrom('messages')
    .select('id')
    .where((where) =>
      where.or([
        where.and([where('shredded_at', 'is', null), where('wrapped_key', 'is', null)]),
        where.and([where('shredded_at', 'is not', null), where('wrapped_key', 'is not', null)]),
        where.and([where('shredded_at', 'is not', null), where('body_id', 'is not', null)]),
      ]),
    )
    .execute()
  wrong.push(...half.map(({ id }) => `message ${id} is half shredded`))
  return wrong
}

/** `postern doctor --data`. */
async function examined(dataDir: string): Promise<{ code: number; out: string }> {
  let out = ''
  const say = (text: string) => (out += text)
  const code = await run(['doctor', '--verify', '--json', '--data', dataDir], { out: say, err: say })
  return { code, out }
}

function listed(rows: readonly { id: string | null; one: string }[]): Map<string | null, string[]> {
  const all = new Map<string | null, string[]>()
  for (const { id, one } of rows) {
    const list = all.get(id)
    if (list) list.push(one)
    else all.set(id, [one])
  }
  return all
}
