import type { Logger } from 'pino'
import type { Row, Store, Trx } from '../../store/index.ts'
import type { DispatchRecipient, NewDispatch } from '../dispatch.ts'
import type { DeliveryMetrics } from '../metrics.ts'
import type { OriginalOf } from '../report.ts'
import type { RetrySchedule } from '../queue/index.ts'
import type { DispatchContent, Transport } from '../transport.ts'

export type Content = (dispatch: Row<'dispatches'>) => Promise<DispatchContent | 'gone'>

/** A dispatch that is done, failed or dropped. */
export type Finished = Pick<Row<'dispatches'>, 'id' | 'message_id' | 'state'>

/** What delivery leaves to the parts above it. */
export interface Handlers {
  /**
   * Called when a dispatch has ended, after that is durable. It may be missed when the process dies in between, so
   * what relies on it sweeps as well.
   */
  readonly finished?: (dispatch: Finished) => Promise<void>
  /**
   * Holds the message of a dispatch with `held_json` for recipients whose server offers no verified TLS, in the
   * transaction that ends the attempt; `reason` says what is missing. Without it such a dispatch fails.
   */
  readonly hold?: (
    trx: Trx,
    dispatch: Row<'dispatches'>,
    recipients: readonly DispatchRecipient[],
    reason: string,
  ) => Promise<void>
  /** What a notification tells of: a program's or a list's message gets no reports. */
  readonly original?: OriginalOf
}

/** What must go over verified TLS can't, and holding it failed too. */
export class CannotHold extends Error {}

export interface AttemptParts {
  readonly store: Store
  readonly transport: Transport
  readonly schedule: RetrySchedule
  readonly softBounce: boolean
  readonly metrics: DeliveryMetrics
  readonly owner: string
  readonly now: () => number
  /** ms that only go forward. */
  readonly steady: () => number
  readonly random: () => number
  readonly log: Logger
  /** Queues the report to a sender. */
  enqueue(trx: Trx, dispatch: NewDispatch): Promise<void>
  /** The gateway stops, and connections in use are being cut. */
  readonly stopping: () => boolean
  /** Gives a claim back as though the attempt had not been made. */
  release(ids: readonly string[]): Promise<void>
  /** Whether a claim is still ours. */
  readonly holds: (id: string) => Promise<boolean>
}

/** How a dispatch stands after an attempt; `lost`: it is another's now, or a person dropped it. */
export interface Ended {
  readonly state: Row<'dispatches'>['state'] | 'lost'
  readonly nextTryAt: number
}
