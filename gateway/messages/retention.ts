import { type Pace, createPace } from './pace.ts'
import type { MessageParts } from './parts.ts'
import { discardAll, dropDrafts } from './shred.ts'

/** Messages forgotten in one transaction. */
const batch = 20

/**
 * Forgets what became of messages that were shredded before `before` (ms): their rows, copies, threads, events and
 * ended dispatches. Drafts that nobody has touched since then go too: they are shredded.
 * @returns how many messages were forgotten.
 */
export async function forgetRecords(
  parts: MessageParts,
  before: number,
  pace: Pace = createPace(),
): Promise<number> {
  let count = 0
  // Those that something is still to be told about wait for it.
  let passed = 0
  for (;;) {
    const due = await parts.store.db
      .selectFrom('messages')
      .select(['id', 'account_id', 'rfc_message_id'])
      .where('shredded_at', '<=', before)
      .orderBy('shredded_at')
      .orderBy('id')
      .offset(passed)
      .limit(batch)
      .execute()
    if (due.length === 0) break
    const forgotten = await forget(parts, due)
    count += forgotten
    passed += due.length - forgotten
    if (!(await pace.next())) return count
  }
  await dropOldDrafts(parts, before, pace)
  return count
}

function forget(
  { store }: MessageParts,
  due: readonly { id: string; account_id: string; rfc_message_id: string }[],
): Promise<number> {
  return store.write(async (trx) => {
    const queued = await trx
      .selectFrom('dispatches')
      .select('message_id')
      .where(
        'message_id',
        'in',
        due.map(({ id }) => id),
      )
      .where('state', '=', 'queued')
      .execute()
    const waiting = new Set(queued.map(({ message_id }) => message_id))
    const done = due.filter(({ id }) => !waiting.has(id))
    for (const { id, account_id, rfc_message_id } of done) {
      await trx
        .deleteFrom('threads')
        .where('account_id', '=', account_id)
        .where('rfc_message_id', '=', rfc_message_id)
        .where('message_id', '=', id)
        .execute()
      await trx.deleteFrom('events').where('message_id', '=', id).execute()
      await trx.deleteFrom('dispatches').where('message_id', '=', id).execute()
      await trx.deleteFrom('copies').where('message_id', '=', id).execute()
      await trx.deleteFrom('messages').where('id', '=', id).execute()
    }
    return done.length
  })
}

async function dropOldDrafts({ store }: MessageParts, before: number, pace: Pace): Promise<void> {
  for (;;) {
    const old = await store.db
      .selectFrom('drafts')
      .select('id')
      .where('updated_at', '<=', before)
      .limit(batch)
      .execute()
    if (old.length === 0) return
    const ids = old.map(({ id }) => id)
    await discardAll(store, await store.write((trx) => dropDrafts(store, trx, ids)))
    if (!(await pace.next())) return
  }
}
