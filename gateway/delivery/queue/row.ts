import { sql } from 'kysely'
import type { Row } from '../../store/index.ts'
import { DispatchRecipient, Tried } from '../dispatch.ts'

/** How long a claim holds without being renewed, ms. After a crash a dispatch waits as long as that. */
export const leaseTime = 30_000

/** The time to try again of what is paused, so that it is in nobody's way: the last moment of a Date, ms. */
export const never = 8_640_000_000_000_000

/** `queued` as a word of the statement: a value handed in apart could not use the index of the queued alone. */
export const queued = sql.lit<'queued'>('queued')

/** A dispatch as `postern queue` shows it. */
export interface QueuedDispatch {
  readonly id: string
  readonly accountId: string
  readonly kind: 'message' | 'notice'
  /** Type of a notice, else null. */
  readonly notice: string | null
  /** Queue id of the message that it carries or tells of. */
  readonly messageId: string | null
  /** That message's Message-ID, '' where it has none. */
  readonly rfcMessageId: string
  readonly traceId: string | null
  readonly envelopeFrom: string
  readonly recipients: readonly DispatchRecipient[]
  readonly destination: string
  readonly tls: 'may' | 'require'
  readonly state: Row<'dispatches'>['state']
  readonly attempts: number
  /** Attempts that did not end it, oldest first; the last is with the recipients. */
  readonly history: readonly Tried[]
  /** Times in ms. Null: never, or not yet. */
  readonly nextTryAt: number | null
  readonly createdAt: number
  readonly finishedAt: number | null
  readonly pausedAt: number | null
  /** When the sender was told that it is late. */
  readonly delayToldAt: number | null
  /** Being sent at this moment. */
  readonly sending: boolean
}

export function recipientsOf(row: Pick<Row<'dispatches'>, 'recipients_json'>): DispatchRecipient[] {
  return DispatchRecipient.array().parse(JSON.parse(row.recipients_json))
}

export function historyOf({ history_json }: Pick<Row<'dispatches'>, 'history_json'>): Tried[] {
  return history_json === null ? [] : Tried.array().parse(JSON.parse(history_json))
}

export function shown(
  row: Row<'dispatches'> & { rfc_message_id: string | null },
  now: number,
): QueuedDispatch {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    notice: noticeTypeOf(row),
    messageId: row.message_id,
    rfcMessageId: row.rfc_message_id ?? '',
    traceId: row.trace_id,
    envelopeFrom: row.envelope_from,
    recipients: recipientsOf(row),
    destination: row.destination,
    tls: row.tls,
    state: row.state,
    attempts: row.attempts,
    history: historyOf(row),
    nextTryAt: row.state === 'queued' && row.next_try_at < never ? row.next_try_at : null,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    pausedAt: row.paused_at,
    delayToldAt: row.delay_told_at,
    sending: row.lease_until !== null && row.lease_until > now,
  }
}

export function noticeTypeOf({ notice_json }: Pick<Row<'dispatches'>, 'notice_json'>): string | null {
  const notice: unknown = notice_json === null ? null : JSON.parse(notice_json)
  return typeof notice === 'object' && notice !== null && 'type' in notice && typeof notice.type === 'string'
    ? notice.type
    : null
}
