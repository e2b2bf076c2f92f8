import { record } from '../audit/index.ts'
import { noticeAddress } from '../people/index.ts'
import { Problem } from '../problem.ts'
import type { Trx } from '../store/index.ts'
import { type CopyRow, accountOf } from './owned.ts'
import { type Pace, createPace } from './pace.ts'
import type { MessageParts } from './parts.ts'
import { traceOfMessage } from './trace.ts'
import { type Unlinked, discardAll, dropDrafts, shredIfDone } from './shred.ts'

/** Copies ended in one transaction, about 5 ms: mail that arrives meanwhile waits for no more. */
const batch = 20

/**
 * Takes one recipient's copy back and tells them. The message itself is shredded with its last copy.
 * Throws Problem where there is no such copy, or it has ended already.
 */
export async function recallCopy(parts: MessageParts, copyId: string, reason: string): Promise<void> {
  const { store } = parts
  const at = parts.now()
  const known = await store.db.selectFrom('copies').selectAll().where('id', '=', copyId).executeTakeFirst()
  if (!known) throw new Problem('message-unknown', 404, 'There is no such message.')
  const account = await accountOf(parts, known.account_id)
  const unlinked = await store.write(async (trx) => {
    if (!(await endCopy(trx, known, 'recalled', at, reason))) {
      throw new Problem(
        'message-ended',
        409,
        'This message has ended already; there is nothing to take back.',
      )
    }
    await parts.delivery.enqueue(trx, {
      kind: 'notice',
      accountId: account.id,
      notice: { type: 'recalled', copyId },
      envelopeFrom: noticeAddress(account),
      recipient: known.address,
      messageId: known.message_id,
      copyId,
      traceId: await traceOfMessage(trx, known.message_id),
    })
    return cleaned(parts, trx, [known], at)
  })
  await discardAll(store, unlinked)
}

/**
 * Ends what is due: copies first, then what only its author still had. Keys are destroyed in the transaction that
 * says so, bytes after it.
 * @returns how many copies ended.
 */
export async function expireDue(parts: MessageParts, pace: Pace = createPace()): Promise<number> {
  const { store } = parts
  const at = parts.now()
  let count = 0
  for (;;) {
    const due = await store.db
      .selectFrom('copies')
      .selectAll()
      .where('state', '=', 'held')
      .where('expires_at', '<=', at)
      .orderBy('expires_at')
      .limit(batch)
      .execute()
    if (due.length === 0) break
    const unlinked = await store.write(async (trx) => {
      for (const copy of due) if (await endCopy(trx, copy, 'expired', at, null)) count++
      return cleaned(parts, trx, due, at)
    })
    await discardAll(store, unlinked)
    if (!(await pace.next())) return count
  }
  await shredDue(parts, pace, at)
  return count
}

/** Messages past their end that no copy held: what the author of a portal message had in Sent. */
async function shredDue({ store }: MessageParts, pace: Pace, at: number): Promise<void> {
  for (let after = ''; ;) {
    const due = await store.db
      .selectFrom('messages')
      .select('id')
      .where('shredded_at', 'is', null)
      .where('expires_at', '<=', at)
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute()
    const last = due.at(-1)
    if (!last) return
    const unlinked = await store.write(async (trx) => {
      const gone: Unlinked = []
      for (const { id } of due) gone.push(...(await shredIfDone(store, trx, id, at)))
      return gone
    })
    await discardAll(store, unlinked)
    after = last.id
    if (!(await pace.next())) return
  }
}

/**
 * Called when a dispatch of a message has ended: where nothing of it is left to deliver, the message is shredded unless copies or a Sent folder need
 * it. The row with addresses and times stays, for the record.
 */
export async function releaseMessage({ store, now }: MessageParts, messageId: string): Promise<void> {
  // Most dispatches that end are of held messages: that needs no transaction.
  const held = await store.db
    .selectFrom('copies')
    .select('id')
    .where('message_id', '=', messageId)
    .where('state', '=', 'held')
    .executeTakeFirst()
  if (held) return
  await discardAll(store, await store.write((trx) => shredIfDone(store, trx, messageId, now())))
}

/** Ends a copy in the caller's transaction. Returns false where it had ended. */
async function endCopy(
  trx: Trx,
  copy: CopyRow,
  state: 'expired' | 'recalled',
  at: number,
  reason: string | null,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('copies')
    .set({ state, ended_at: at, unread: 0, recall_reason: reason })
    .where('id', '=', copy.id)
    .where('state', '=', 'held')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await record(trx, at, {
    type: state,
    accountId: copy.account_id,
    messageId: copy.message_id,
    copyId: copy.id,
    personId: copy.person_id,
  })
  return true
}

/** What ends with copies: answers begun to them, and messages that were theirs alone. */
async function cleaned(
  { store }: MessageParts,
  trx: Trx,
  copies: readonly CopyRow[],
  at: number,
): Promise<Unlinked> {
  const drafts = await trx
    .selectFrom('drafts')
    .select('id')
    .where(
      'copy_id',
      'in',
      copies.map((copy) => copy.id),
    )
    .execute()
  const unlinked = await dropDrafts(
    store,
    trx,
    drafts.map((draft) => draft.id),
  )
  for (const id of new Set(copies.map((copy) => copy.message_id))) {
    unlinked.push(...(await shredIfDone(store, trx, id, at)))
  }
  return unlinked
}
