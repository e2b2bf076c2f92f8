import { record } from '../audit/index.ts'
import { type Store, shredded } from '../store/index.ts'
import { discardAll, dropDrafts } from './shred.ts'

/**
 * Ends a message whose bytes can't be read any more: its copies are shown as lost, and what is left of it is shredded.
 * Its dispatches are the caller's. @returns the addresses whose copies ended.
 */
export async function giveUpMessage(store: Store, messageId: string, now: number): Promise<string[]> {
  const { addresses, unlinked } = await store.write(async (trx) => {
    const message = await trx
      .selectFrom('messages')
      .select(['account_id', 'body_id'])
      .where('id', '=', messageId)
      .where('shredded_at', 'is', null)
      .executeTakeFirst()
    if (!message) return { addresses: [], unlinked: [] }
    const copies = await trx
      .updateTable('copies')
      .set({ state: 'lost', ended_at: now, unread: 0, remind_at: null, warn_at: null })
      .where('message_id', '=', messageId)
      .where('state', '=', 'held')
      .returning(['id', 'address', 'person_id'])
      .execute()
    const facts = { type: 'lost', accountId: message.account_id, messageId }
    await record(trx, now, ...copies.map((one) => ({ ...facts, copyId: one.id, personId: one.person_id })))
    if (copies.length === 0) await record(trx, now, facts)
    await trx.updateTable('messages').set(shredded(now)).where('id', '=', messageId).execute()
    const ids = copies.map(({ id }) => id)
    const drafts =
      ids.length === 0
        ? []
        : await trx.selectFrom('drafts').select('id').where('copy_id', 'in', ids).execute()
    const unlinked = await dropDrafts(
      store,
      trx,
      drafts.map(({ id }) => id),
    )
    if (message.body_id !== null) {
      await store.bodies.unlink(trx, message.body_id)
      unlinked.push(message.body_id)
    }
    return { addresses: copies.map(({ address }) => address), unlinked }
  })
  await discardAll(store, unlinked)
  return addresses
}
