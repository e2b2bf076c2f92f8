import type { NewDispatch } from '../delivery/index.ts'
import { noticeAddress } from '../people/index.ts'
import type { Row, Trx } from '../store/index.ts'
import { traceOf } from './body.ts'
import { isAnswerBegun } from './copy-facts.ts'
import { accountOf } from './owned.ts'
import { type Pace, createPace } from './pace.ts'
import type { MessageParts } from './parts.ts'

/** Copies looked at in one transaction: small, so that mail that arrives meanwhile does not wait. */
const batch = 50
/** A reminder and a warning that are nearer than this are one mail too many: the warning says it all, ms. */
const apart = 6 * 60 * 60 * 1000

type Told = 'reminder' | 'expiry-warning'

/**
 * Reminds readers of what they have not opened, and warns them of what will expire, each once: what is due is
 * cleared in the transaction that queues the notice, so no crash, no second process and no clock that jumps sends
 * it again. What was read, taken back or has expired by now is only cleared. Whether there is still something to
 * tell is asked once more when the notice leaves.
 *
 * A message that was read expires without a word, unless its reader marked it unread again or has begun an answer,
 * which is lost with it: whoever read a message saw until when it is there, and a mail for every message that one
 * has done with teaches people to ignore those that matter.
 *
 * @returns how many were queued.
 */
export async function remindDue(parts: MessageParts, pace: Pace = createPace()): Promise<number> {
  const { store, log } = parts
  const at = parts.now()
  let count = 0
  // Warnings first: they take a reminder's place.
  for (const column of ['warn_at', 'remind_at'] as const) {
    // Most of the time nothing is due, and that needs no transaction.
    while (await isDue(parts, column, at)) {
      const queued = await store.write((trx) => queueDue(parts, trx, column, at))
      for (const { copyId, traceId, notice } of queued) {
        log.info({ trace: traceId, copy: copyId, notice: notice.type }, 'a reader is being told of a message')
      }
      count += queued.length
      if (!(await pace.next())) return count
    }
  }
  return count
}

type Column = 'remind_at' | 'warn_at'

async function isDue({ store }: MessageParts, column: Column, at: number): Promise<boolean> {
  const row = await store.db
    .selectFrom('copies')
    .select('id')
    .where(column, '<=', at)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

async function queueDue(parts: MessageParts, trx: Trx, column: Column, at: number) {
  const due = await trx
    .selectFrom('copies')
    .innerJoin('messages', 'messages.id', 'copies.message_id')
    .innerJoin('people', 'people.id', 'copies.person_id')
    .selectAll('copies')
    .select(['messages.trace_id', 'people.disabled_at'])
    .where(`copies.${column}`, '<=', at)
    .orderBy(`copies.${column}`)
    .limit(batch)
    .execute()
  const queued: (NewDispatch & { kind: 'notice' })[] = []
  for (const copy of due) {
    const { told, remindAt, warnAt } = await decided(trx, copy, at)
    await trx
      .updateTable('copies')
      .set({ remind_at: remindAt, warn_at: warnAt })
      .where('id', '=', copy.id)
      .execute()
    // Whoever is shut out can't read it.
    if (told === undefined || copy.disabled_at !== null) continue
    const account = await accountOf(parts, copy.account_id)
    queued.push({
      kind: 'notice',
      accountId: account.id,
      notice: { type: told, copyId: copy.id },
      envelopeFrom: noticeAddress(account),
      recipient: copy.address,
      messageId: copy.message_id,
      copyId: copy.id,
      traceId: traceOf({ id: copy.message_id, trace_id: copy.trace_id }),
    })
  }
  if (queued.length > 0) await parts.delivery.enqueue(trx, ...queued)
  return queued
}

/** What a copy's reader is told now, and what is left to be told later. */
async function decided(
  trx: Trx,
  copy: Row<'copies'>,
  at: number,
): Promise<{ told?: Told; remindAt: number | null; warnAt: number | null }> {
  const { remind_at: remindAt, warn_at: warnAt } = copy
  const nothing = { remindAt: null, warnAt: null }
  if (copy.state !== 'held' || (copy.expires_at !== null && copy.expires_at <= at)) return nothing
  const read = copy.first_read_at !== null
  if (warnAt !== null && warnAt <= at) {
    const loses = !read || copy.unread === 1 || (await isAnswerBegun(trx, copy.id))
    if (!loses) return nothing
    const later = remindAt !== null && remindAt >= at + apart && !read
    return { told: 'expiry-warning', remindAt: later ? remindAt : null, warnAt: null }
  }
  const warnedSoon = warnAt !== null && warnAt < at + apart
  if (read || warnedSoon) return { remindAt: null, warnAt }
  return { told: 'reminder', remindAt: null, warnAt }
}
