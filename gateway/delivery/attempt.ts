import type { Logger } from 'pino'
import { record, type Event } from '../audit/index.ts'
import { Notice } from '../notices/index.ts'
import type { Row, Store, Trx } from '../store/index.ts'
import type { DispatchRecipient, NewDispatch } from './dispatch.ts'
import { failureReport, isAutomatic } from './failure.ts'
import type { DeliveryMetrics } from './metrics.ts'
import { recipientsOf } from './queue.ts'
import { type RetrySchedule, nextTry } from './schedule.ts'
import type { Attempt, DispatchContent, Outcome, Transport } from './transport.ts'

export type Content = (dispatch: Row<'dispatches'>) => Promise<DispatchContent | 'gone'>

export interface AttemptParts {
  readonly store: Store
  readonly transport: Transport
  readonly schedule: RetrySchedule
  readonly metrics: DeliveryMetrics
  readonly owner: string
  readonly now: () => number
  readonly random: () => number
  readonly log: Logger
  /** Queues the report to a sender. */
  enqueue(trx: Trx, dispatch: NewDispatch): Promise<void>
  /** The gateway stops, and connections in use are being cut. */
  readonly stopping: () => boolean
  /** Gives a claim back as though the attempt had not been made. */
  release(ids: readonly string[]): Promise<void>
}

/** How a dispatch stands after an attempt. */
export interface Ended {
  readonly state: Row<'dispatches'>['state']
  readonly nextTryAt: number
}

/** Makes one attempt at a claimed dispatch and writes down how it went, all in one transaction. */
export async function attempt(
  parts: AttemptParts,
  dispatch: Row<'dispatches'>,
  content: Content,
): Promise<Ended> {
  const recipients = recipientsOf(dispatch)
  const waiting = recipients.filter(({ state }) => state === 'queued').map(({ address }) => address)
  let made: DispatchContent | undefined
  let result: Attempt
  try {
    const what = await content(dispatch)
    if (what === 'gone') return await dropped(parts, dispatch)
    made = what
    result = await parts.transport.send(dispatch, waiting, what)
  } catch (error) {
    // Ours, not the remote's: a body that can't be read, a notice that can't be composed. Time may mend it.
    parts.log.error({ err: error, dispatch: dispatch.id }, 'a dispatch could not be sent')
    result = { outcomes: waiting.map((address) => ownTrouble(address)) }
  }
  if (parts.stopping() && result.outcomes.every(({ state }) => state === 'deferred')) {
    await parts.release([dispatch.id])
    return { state: 'queued', nextTryAt: dispatch.next_try_at }
  }
  return await finish(parts, dispatch, recipients, result, made)
}

function ownTrouble(address: string): Outcome {
  return { address, state: 'deferred', reply: 'The gateway could not read the message.', status: '4.3.0' }
}

/** What it would have told is no longer so: the copy was recalled or has expired. */
async function dropped({ store, owner, now }: AttemptParts, { id }: Row<'dispatches'>): Promise<Ended> {
  await store.write((trx) => end(trx, owner, id, { state: 'dropped', finished_at: now() }))
  return { state: 'dropped', nextTryAt: 0 }
}

async function finish(
  parts: AttemptParts,
  dispatch: Row<'dispatches'>,
  recipients: readonly DispatchRecipient[],
  { outcomes, store: storeMore }: Attempt,
  content: DispatchContent | undefined,
): Promise<Ended> {
  const at = parts.now()
  const next = nextTry(parts.schedule, {
    attempts: dispatch.attempts,
    queuedAt: dispatch.created_at,
    now: at,
    random: parts.random(),
  })
  const settled = outcomes.map((outcome) =>
    outcome.state === 'deferred' && next === undefined ? givenUp(outcome) : outcome,
  )
  const of = new Map(settled.map((outcome) => [outcome.address, outcome]))
  const after = recipients.map((one) => afterwards(one, of.get(one.address)))
  const failed = settled.filter(({ state }) => state === 'failed')
  const state = after.some((one) => one.state === 'queued')
    ? 'queued'
    : after.some((one) => one.state === 'delivered')
      ? 'done'
      : 'failed'
  const notice = noticeOf(dispatch)
  const silent =
    failed.length > 0 && dispatch.kind === 'message' && content !== undefined && (await isAutomatic(content))

  const ours = await parts.store.write(async (trx) => {
    const held = await end(trx, parts.owner, dispatch.id, {
      state,
      recipients_json: JSON.stringify(after),
      next_try_at: next ?? at,
      finished_at: state === 'queued' ? null : at,
    })
    if (!held) return false
    await storeMore?.(trx)
    await record(trx, at, ...settled.flatMap((outcome) => eventOf(dispatch, notice, outcome)))
    if (failed.length > 0 && !silent) {
      const report = await failureReport(trx, dispatch, notice, failed)
      if (report) await parts.enqueue(trx, report)
    }
    return true
  })
  tell(parts, dispatch, settled, ours)
  return { state, nextTryAt: next ?? at }
}

/** Writes the end of an attempt, unless the dispatch is no longer ours: its lease ran out, or it was dropped. */
async function end(
  trx: Trx,
  owner: string,
  id: string,
  change: Partial<Row<'dispatches'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('dispatches')
    .set({ ...change, lease_owner: null, lease_until: null })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .where('state', '=', 'queued')
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** RFC 3463: X.4.7, delivery time expired. */
function givenUp(outcome: Outcome): Outcome {
  return { ...outcome, state: 'failed', status: '4.4.7' }
}

function afterwards(before: DispatchRecipient, outcome: Outcome | undefined): DispatchRecipient {
  if (!outcome) return before
  const { address, reply } = outcome
  return { address, reply, state: outcome.state === 'deferred' ? 'queued' : outcome.state }
}

function noticeOf({ notice_json }: Row<'dispatches'>): Notice | undefined {
  return notice_json === null ? undefined : Notice.parse(JSON.parse(notice_json))
}

function eventOf(
  dispatch: Row<'dispatches'>,
  notice: Notice | undefined,
  { address, state, reply }: Outcome,
): Event[] {
  if (state === 'deferred') return []
  const arrived = notice?.type === 'notification' ? 'notified' : 'delivered'
  return [
    {
      type: state === 'delivered' ? arrived : 'delivery-failed',
      accountId: dispatch.account_id,
      messageId: dispatch.message_id ?? undefined,
      copyId: dispatch.copy_id ?? undefined,
      detail: {
        address,
        reply,
        destination: dispatch.destination,
        dispatch: dispatch.id,
        ...(notice ? { notice: notice.type } : {}),
      },
    },
  ]
}

function tell(
  { metrics, log }: AttemptParts,
  dispatch: Row<'dispatches'>,
  outcomes: readonly Outcome[],
  ours: boolean,
): void {
  const about = {
    dispatch: dispatch.id,
    message: dispatch.message_id,
    destination: dispatch.destination,
    attempt: dispatch.attempts,
  }
  if (!ours) log.warn(about, 'a dispatch was dropped or claimed by another process while it was being sent')
  for (const { state, reply, status } of outcomes) {
    if (state === 'delivered') metrics.delivered.inc()
    else if (state === 'failed') metrics.bounced.inc()
    else metrics.deferred.inc()
    log[state === 'delivered' ? 'debug' : 'info']({ ...about, status, reply }, state)
  }
}
