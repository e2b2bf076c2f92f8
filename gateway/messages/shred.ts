import { record } from '../audit/index.ts'
import { type Store, type Trx, shredded } from '../store/index.ts'

/** Bodies whose rows are gone; their files go when the transaction is durable. */
export type Unlinked = string[]

/**
 * Destroys the key of a message that nobody needs any more, and the rows of its bytes with it: no held copy, no
 * dispatch that still has to carry it, no author whose Sent folder keeps it. What happened to it stays recorded.
 * Does nothing where it is needed, or shredded already.
 */
export async function shredIfDone(store: Store, trx: Trx, messageId: string, now: number): Promise<Unlinked> {
  const message = await trx
    .selectFrom('messages')
    .select(['account_id', 'origin', 'body_id', 'expires_at'])
    .where('id', '=', messageId)
    .where('shredded_at', 'is', null)
    .executeTakeFirst()
  if (!message) return []
  const keptByAuthor =
    message.origin === 'portal' && (message.expires_at === null || message.expires_at > now)
  if (keptByAuthor || (await isHeld(trx, messageId)) || (await isQueued(trx, messageId))) return []
  await trx.updateTable('messages').set(shredded(now)).where('id', '=', messageId).execute()
  await record(trx, now, { type: 'shredded', accountId: message.account_id, messageId })
  if (message.body_id === null) return []
  await store.bodies.unlink(trx, message.body_id)
  return [message.body_id]
}

async function isHeld(trx: Trx, messageId: string): Promise<boolean> {
  const copy = await trx
    .selectFrom('copies')
    .select('id')
    .where('message_id', '=', messageId)
    .where('state', '=', 'held')
    .executeTakeFirst()
  return copy !== undefined
}

/** The message itself, or a report that its delivery failed, which shows its header. Other notices name a copy. */
async function isQueued(trx: Trx, messageId: string): Promise<boolean> {
  const dispatch = await trx
    .selectFrom('dispatches')
    .select('id')
    .where('message_id', '=', messageId)
    .where('copy_id', 'is', null)
    .where('state', '=', 'queued')
    .executeTakeFirst()
  return dispatch !== undefined
}

/**
 * Destroys drafts: their keys with the rows. An answer quotes what it answers, so it ends with the copy.
 * @returns files whose rows are gone.
 */
export async function dropDrafts(store: Store, trx: Trx, draftIds: readonly string[]): Promise<Unlinked> {
  if (draftIds.length === 0) return []
  const files = await trx
    .selectFrom('draft_files')
    .select('body_id')
    .where('draft_id', 'in', draftIds)
    .execute()
  await trx.deleteFrom('draft_files').where('draft_id', 'in', draftIds).execute()
  await trx.deleteFrom('drafts').where('id', 'in', draftIds).execute()
  for (const file of files) await store.bodies.unlink(trx, file.body_id)
  return files.map((file) => file.body_id)
}

/**
 * Removes the files of unlinked bodies. That they end is durable by now, and no key opens them: one that a failing disk
 * does not remove is swept, as is what a crash leaves.
 */
export async function discardAll(store: Store, unlinked: Unlinked): Promise<void> {
  for (const id of unlinked) await store.bodies.discard(id).catch(() => undefined)
}
