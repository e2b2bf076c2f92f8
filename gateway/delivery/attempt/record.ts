import type { Logger } from 'pino'
import type { Event } from '../../audit/index.ts'
import type { Notice } from '../../notices/index.ts'
import type { Row } from '../../store/index.ts'
import type { DispatchRecipient } from '../dispatch.ts'
import type { DeliveryMetrics } from '../metrics.ts'
import { noticeOf } from '../report.ts'
import type { Outcome } from '../transport.ts'

/** What has happened when such a notice arrived; of every other one: `delivered`. */
const arrivals: Partial<Record<Notice['type'], string>> = {
  notification: 'notified',
  reminder: 'reminded',
  'expiry-warning': 'warned',
}

/** What is recorded of an outcome. */
export function eventOf(
  dispatch: Row<'dispatches'>,
  notice: Notice | undefined,
  { address, state, reply, server, channel }: Outcome,
): Event[] {
  // Held instead: whoever holds it says so.
  if (state === 'deferred' || state === 'insecure') return []
  const arrived = (notice && arrivals[notice.type]) ?? 'delivered'
  return [
    happened(dispatch, notice, state === 'delivered' ? arrived : 'delivery-failed', {
      address,
      reply,
      ...(server !== undefined && { server }),
      ...(channel !== undefined && { channel }),
    }),
  ]
}

export function delayed(
  dispatch: Row<'dispatches'>,
  notice: Notice | undefined,
  { address, reply }: DispatchRecipient,
  until: number,
): Event {
  return happened(dispatch, notice, 'delayed', { address, reply, until })
}

function happened(
  dispatch: Row<'dispatches'>,
  notice: Notice | undefined,
  type: string,
  detail: NonNullable<Event['detail']>,
): Event {
  return {
    type,
    accountId: dispatch.account_id,
    messageId: dispatch.message_id ?? undefined,
    copyId: dispatch.copy_id ?? undefined,
    detail: {
      ...detail,
      destination: dispatch.destination,
      dispatch: dispatch.id,
      ...(notice ? { notice: notice.type } : {}),
    },
  }
}

/** What every log line of a dispatch says of it. */
export function about(dispatch: Row<'dispatches'>) {
  return {
    trace: dispatch.trace_id ?? dispatch.message_id ?? dispatch.id,
    dispatch: dispatch.id,
    message: dispatch.message_id,
    kind: dispatch.kind,
    destination: dispatch.destination,
    attempt: dispatch.attempts,
  }
}

const counted = {
  delivered: 'delivered',
  failed: 'bounced',
  deferred: 'deferred',
  insecure: 'heldInstead',
} as const

/** Counts and logs how an attempt went. */
export function tell(
  { metrics, log }: { readonly metrics: DeliveryMetrics; readonly log: Logger },
  dispatch: Row<'dispatches'>,
  outcomes: readonly Outcome[],
  seconds: number,
): void {
  const { kind } = dispatch
  const type = noticeOf(dispatch)?.type
  for (const { state, reply, status, server, channel } of outcomes) {
    if (state === 'insecure') metrics.heldInstead.inc()
    else metrics[counted[state]].inc({ kind })
    metrics.seconds.observe({ kind, outcome: counted[state] }, seconds)
    if (type !== undefined) metrics.notices.inc({ type, outcome: counted[state] })
    const told = type === undefined ? {} : { notice: type }
    log.info({ ...about(dispatch), ...told, status, reply, server, channel, seconds }, state)
  }
}
