import type { Row, Trx } from '../store/index.ts'
import type { Envelope, NewRecipient } from './dispatch.ts'
import type { Processed } from './processed.ts'

/** What a dispatch sends, made when it is sent. */
export interface DispatchContent {
  /** What the client asked of delivery; undefined for what is written here. */
  readonly envelope?: Envelope | undefined
  /** What the processed header is made of. */
  readonly processed?: Processed | undefined
  /** '' is the null sender. */
  readonly envelopeFrom: string
  /** Length in bytes where it is known before reading. */
  readonly size?: number | undefined
  /** The whole message, clear, lines ending in CRLF. Read again from the start for each attempt. */
  read(): AsyncIterable<Uint8Array>
  /** Decoded, and address of From: what the outbox lists. */
  readonly subject: string
  readonly fromAddress: string
}

/** How one attempt went for one recipient. */
export interface Outcome {
  readonly address: string
  /**
   * `deferred`: worth another try. `failed`: for good. `insecure`: the dispatch requires verified TLS and the
   * destination does not offer it (`reply` says what is missing); nothing was sent.
   */
  readonly state: 'delivered' | 'deferred' | 'failed' | 'insecure'
  /** The remote's reply, or what went wrong before it could answer. */
  readonly reply: string
  /** RFC 3463 status, such as `5.1.1`. */
  readonly status: string
  /** How it went: `TLSv1.3, verified (MTA-STS)`, `TLSv1.2, not verified`, `in clear`. */
  readonly channel?: string
  /** The server that answered, `host:port`. */
  readonly server?: string
  /**
   * Of what was delivered: the server took over the duty to report as the client asked (RFC 3461 section 5.2.1), so
   * no report of success is ours.
   */
  readonly relayedDsn?: boolean
}

export interface Attempt {
  /** One for each recipient of the attempt. */
  readonly outcomes: readonly Outcome[]
  /** Stored in the transaction that ends the attempt, so that an outbox entry and its dispatch are one. */
  readonly store?: (trx: Trx) => Promise<void>
}

/** A way out of this machine. */
export interface Transport {
  /** Never rejects for what the remote does or does not do: that is an outcome. */
  send(
    dispatch: Row<'dispatches'>,
    recipients: readonly NewRecipient[],
    content: DispatchContent,
  ): Promise<Attempt>
  /** Connections at once to one destination. */
  readonly perDestination: number
  /** Destinations there can be: everything goes one way, or each domain its own. */
  readonly destinations: 'one' | 'many'
  /** Nobody waits for it: one at a time while mail comes in fast. */
  readonly patient: boolean
  /** The name under which a recipient's dispatch is queued. */
  destinationOf(address: string): string
  /** Ends idle connections, and, where `now` is set, those in use. */
  close(now: boolean): void
}
