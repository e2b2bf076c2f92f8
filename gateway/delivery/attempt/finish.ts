import { record } from '../../audit/index.ts'
import type { Row, Trx } from '../../store/index.ts'
import { type AttemptParts, CannotHold, type Ended, type Handlers } from './parts.ts'
import { about, delayed, eventOf, tell } from './record.ts'
import type { DispatchRecipient } from '../dispatch.ts'
import { persist } from './persist.ts'
import { endOf, historyOf, isLate, nextTry, queued, recipientsOf } from '../queue/index.ts'
import { delayReport, failureReport, noticeOf, silences, successReport } from '../report.ts'
import { afterwards, historyWith, settle } from './settle.ts'
import type { Attempt, DispatchContent, Outcome } from '../transport.ts'

/** What the end of an attempt takes. */
export type FinishParts = Omit<AttemptParts, 'transport' | 'steady' | 'release' | 'holds'> &
  Partial<Pick<AttemptParts, 'stopping'>>

/**
 * Writes down how an attempt went, and all that follows from it: events, reports, copies that are held instead.
 * Throws CannotHold, or what the store throws, with nothing written.
 */
export async function finish(
  parts: FinishParts,
  dispatch: Row<'dispatches'>,
  { outcomes, store: storeMore }: Attempt,
  content: DispatchContent | undefined,
  { hold, original }: Handlers,
  seconds: number,
): Promise<Ended> {
  const { schedule, softBounce, metrics } = parts
  const at = parts.now()
  const waited = {
    attempts: dispatch.attempts,
    queuedAt: dispatch.created_at,
    giveUpAt: dispatch.give_up_at ?? undefined,
    now: at,
  }
  const next = nextTry(schedule, waited, parts.random())
  const canHold = hold !== undefined && dispatch.held_json !== null
  const settled = outcomes.map((one) => settle(one, { softBounce, canHold, last: next === undefined }))
  const of = new Map(settled.map((outcome) => [outcome.address, outcome]))
  const after = recipientsOf(dispatch).map((one) => afterwards(one, of.get(one.address), at))
  /** Recipients with whom this attempt ended so. */
  const those = (state: Outcome['state']) => after.filter(({ address }) => of.get(address)?.state === state)
  const state = stateOf(after)
  const late = state === 'queued' && dispatch.delay_told_at === null && isLate(schedule, waited)
  const failed = those('failed')
  // Where the next server took over the duty to report, it will; of a notice nothing was asked.
  const reportsItself = ({ address }: DispatchRecipient) =>
    dispatch.kind === 'message' && of.get(address)?.relayedDsn === true
  const arrived = those('delivered').filter((one) => !reportsItself(one))
  const told = failed.length > 0 || late || arrived.some(({ notify }) => notify?.includes('success'))
  const read = content && dispatch.kind === 'message' ? () => content.read() : original
  const silent = told && read !== undefined && (await silences(dispatch, read))
  const history = historyWith(historyOf(dispatch), settled, at)
  const notice = noticeOf(dispatch)

  const write = () =>
    parts.store.write(async (trx) => {
      const kept = await end(trx, parts.owner, dispatch, {
        state,
        recipients_json: JSON.stringify(after),
        next_try_at: next ?? at,
        finished_at: state === 'queued' ? null : at,
        history_json: history.length > 0 ? JSON.stringify(history) : null,
        ...(late && { delay_told_at: at }),
      })
      if (!kept) return false
      await storeMore?.(trx)
      await record(trx, at, ...settled.flatMap((outcome) => eventOf(dispatch, notice, outcome)))
      for (const [reply, recipients] of Map.groupBy(those('insecure'), (one) => one.reply))
        await hold?.(trx, dispatch, recipients, reply).catch((error: unknown) => {
          throw new CannotHold('a message could not be held instead', { cause: error })
        })
      const until = endOf(schedule, waited)
      if (late)
        await record(trx, at, ...those('deferred').map((one) => delayed(dispatch, notice, one, until)))
      const reports = silent
        ? []
        : [
            await failureReport(trx, dispatch, failed),
            await successReport(trx, dispatch, arrived),
            late && (await delayReport(trx, dispatch, those('deferred'), until)),
          ]
      for (const report of reports) if (report) await parts.enqueue(trx, report)
      return true
    })
  const sent = settled.some((one) => one.state === 'delivered')
  const ours = await (sent ? persist(parts, dispatch, write) : write())
  if (!ours) {
    metrics.leasesLost.inc()
    parts.log.warn(
      about(dispatch),
      'a dispatch was dropped or claimed by another process while it was being sent',
    )
    return { state: 'lost', nextTryAt: 0 }
  }
  tell(parts, dispatch, settled, seconds)
  if (late) metrics.delayed.inc({ kind: dispatch.kind })
  return { state, nextTryAt: next ?? at }
}

/** What it would have told is no longer so: the copy was recalled or has expired. */
export async function dropped(
  { store, owner, now, log, metrics }: FinishParts,
  dispatch: Row<'dispatches'>,
): Promise<Ended> {
  await store.write((trx) => end(trx, owner, dispatch, { state: 'dropped', finished_at: now() }))
  const type = noticeOf(dispatch)?.type
  if (type !== undefined) metrics.notices.inc({ type, outcome: 'gone' })
  log.info({ ...about(dispatch), ...(type !== undefined && { notice: type }) }, 'gone')
  return { state: 'dropped', nextTryAt: 0 }
}

function stateOf(recipients: readonly DispatchRecipient[]): Row<'dispatches'>['state'] {
  const any = (...states: DispatchRecipient['state'][]) =>
    recipients.some(({ state }) => states.includes(state))
  if (any('queued')) return 'queued'
  return any('delivered', 'held') ? 'done' : 'failed'
}

/** Writes the end of an attempt, unless the dispatch is no longer ours: its lease ran out, or it was dropped. */
async function end(
  trx: Trx,
  owner: string,
  dispatch: Row<'dispatches'>,
  change: Partial<Row<'dispatches'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('dispatches')
    .set({
      ...change,
      ...(change.state === 'queued' ? await wishedMeanwhile(trx, dispatch) : { paused_at: null }),
      lease_owner: null,
      lease_until: null,
    })
    .where('id', '=', dispatch.id)
    .where('lease_owner', '=', owner)
    .where('state', '=', queued)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** When it is to be tried again, where a person said so while it was being sent: paused it, or wanted it tried now. */
async function wishedMeanwhile(
  trx: Trx,
  { id, next_try_at: before }: Row<'dispatches'>,
): Promise<Partial<Row<'dispatches'>>> {
  const row = await trx.selectFrom('dispatches').select('next_try_at').where('id', '=', id).executeTakeFirst()
  return row && row.next_try_at !== before ? { next_try_at: row.next_try_at } : {}
}
