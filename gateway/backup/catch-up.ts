import type { Kysely } from 'kysely'
import { type Schema, type Trx, shredded } from '../store/index.ts'

type Read = Pick<Kysely<Schema>, 'selectFrom'>

/**
 * For bodies that the snapshot names and whose files were gone when they were to be copied: brings what they belong
 * to where the live store has it by now, as messages/shred.ts left it there. A message that was shredded is
 * shredded in the backup too, with its copies ended, its dispatches delivered and its events told; one that was
 * relayed meanwhile is not relayed again by whoever restores.
 *
 * @param lacking ids of bodies. @param at ms; when it happened, where the live store does not say.
 * @returns bodies that the live store still names: their files are lost there, or cut short.
 */
export async function catchUp(
  snapshot: Kysely<Schema>,
  live: Read,
  lacking: readonly string[],
  at: number,
): Promise<string[]> {
  const broken: string[] = []
  for (const id of lacking) {
    const row = await live.selectFrom('bodies').select('id').where('id', '=', id).executeTakeFirst()
    if (row) broken.push(id)
    else await snapshot.transaction().execute((trx) => follow(trx, live, id, at))
  }
  return broken
}

async function follow(trx: Trx, live: Read, bodyId: string, at: number): Promise<void> {
  const message = await trx
    .selectFrom('messages')
    .select('id')
    .where('body_id', '=', bodyId)
    .executeTakeFirst()
  if (message) await shredAsLive(trx, live, message.id, at)
  await removeFile(trx, live, bodyId)
  // The outbox keeps the newest entries alone.
  await trx.deleteFrom('outbox').where('body_id', '=', bodyId).execute()
  await trx.deleteFrom('bodies').where('id', '=', bodyId).execute()
}

async function shredAsLive(trx: Trx, live: Read, id: string, at: number): Promise<void> {
  const now = await live.selectFrom('messages').select('shredded_at').where('id', '=', id).executeTakeFirst()
  await trx
    .updateTable('messages')
    .set(shredded(now?.shredded_at ?? at))
    .where('id', '=', id)
    .execute()
  await endCopies(trx, live, id, at)
  await endDispatches(trx, live, id, at)
  await addEvents(trx, live, id)
}

async function endCopies(trx: Trx, live: Read, messageId: string, at: number): Promise<void> {
  const held = await trx
    .selectFrom('copies')
    .select('id')
    .where('message_id', '=', messageId)
    .where('state', '=', 'held')
    .execute()
  for (const { id } of held) {
    const now = await live
      .selectFrom('copies')
      .selectAll()
      .where('id', '=', id)
      .where('state', '!=', 'held')
      .executeTakeFirst()
    await trx
      .updateTable('copies')
      .set(now ?? { state: 'expired', ended_at: at, unread: 0 })
      .where('id', '=', id)
      .execute()
    // What was begun to answer it quotes it, and ended with it.
    const drafts = await trx.selectFrom('drafts').select('id').where('copy_id', '=', id).execute()
    for (const draft of drafts) await dropDraft(trx, draft.id)
  }
}

/** Of the message itself; a notice on a copy that has ended finds nothing to send. */
async function endDispatches(trx: Trx, live: Read, messageId: string, at: number): Promise<void> {
  const queued = await trx
    .selectFrom('dispatches')
    .select('id')
    .where('message_id', '=', messageId)
    .where('copy_id', 'is', null)
    .where('state', '=', 'queued')
    .execute()
  for (const { id } of queued) {
    const now = await live
      .selectFrom('dispatches')
      .selectAll()
      .where('id', '=', id)
      .where('state', '!=', 'queued')
      .executeTakeFirst()
    await trx
      .updateTable('dispatches')
      .set(now ?? { state: 'dropped', finished_at: at, lease_owner: null, lease_until: null })
      .where('id', '=', id)
      .execute()
  }
}

/** What was recorded of the message since. Events are numbered in their order. */
async function addEvents(trx: Trx, live: Read, messageId: string): Promise<void> {
  const last = await trx
    .selectFrom('events')
    .select('id')
    .where('message_id', '=', messageId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const since = await live
    .selectFrom('events')
    .selectAll()
    .where('message_id', '=', messageId)
    .where('id', '>', last?.id ?? 0)
    .execute()
  for (const event of since) await trx.insertInto('events').values(event).execute()
}

/**
 * A file of a draft. The draft stays without it, for it may have been sent after the snapshot, and then it is all
 * that the backup has of what the person wrote.
 */
async function removeFile(trx: Trx, live: Read, bodyId: string): Promise<void> {
  const file = await trx
    .selectFrom('draft_files')
    .innerJoin('drafts', 'drafts.id', 'draft_files.draft_id')
    .select(['draft_files.draft_id', 'drafts.copy_id'])
    .where('body_id', '=', bodyId)
    .executeTakeFirst()
  if (!file) return
  await trx.deleteFrom('draft_files').where('body_id', '=', bodyId).execute()
  if (file.copy_id === null) return
  const copy = await live
    .selectFrom('copies')
    .select('id')
    .where('id', '=', file.copy_id)
    .where('state', '=', 'held')
    .executeTakeFirst()
  if (!copy) await dropDraft(trx, file.draft_id)
}

async function dropDraft(trx: Trx, id: string): Promise<void> {
  const files = await trx.selectFrom('draft_files').select('body_id').where('draft_id', '=', id).execute()
  await trx.deleteFrom('draft_files').where('draft_id', '=', id).execute()
  await trx.deleteFrom('drafts').where('id', '=', id).execute()
  for (const { body_id } of files) await trx.deleteFrom('bodies').where('id', '=', body_id).execute()
}
