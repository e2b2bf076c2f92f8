import { z } from 'zod'
import type { Notice } from '../notices/index.ts'
import { Processed } from './processed.ts'

/** When the sender wants a report (RFC 3461 section 4.1). */
export const Notify = z.enum(['never', 'success', 'failure', 'delay'])
export type Notify = z.infer<typeof Notify>

export const DispatchRecipient = z.object({
  address: z.string(),
  /** `held`: verified TLS was required and could not be had, so it is held for this recipient instead. */
  state: z.enum(['queued', 'delivered', 'failed', 'held']),
  /** Last reply of the remote server, or what went wrong before it could answer. */
  reply: z.string(),
  /** RFC 3463 status of that reply. */
  status: z.string().optional(),
  /** The server that gave it, `host:port`. */
  server: z.string().optional(),
  /** How the message went there: `TLSv1.3, verified (MTA-STS)`, `in clear`. */
  channel: z.string().optional(),
  /** When that was, ms. */
  at: z.number().optional(),
  /** Undefined: of failure and of delay, as RFC 3461 section 4.1 has it where the client says nothing. */
  notify: z.array(Notify).optional(),
  /** `addr-type;xtext` as the client gave it (RFC 3461 section 4.2). */
  orcpt: z.string().optional(),
})
export type DispatchRecipient = z.infer<typeof DispatchRecipient>

/**
 * Attempts that did not end the matter, for all recipients with whom they went alike. The same answer again is
 * counted, not repeated.
 */
export const Tried = z.object({
  /** Of the first and the last of them, ms. */
  at: z.number(),
  last: z.number(),
  times: z.number(),
  to: z.array(z.string()),
  reply: z.string(),
  status: z.string(),
  server: z.string().optional(),
})
export type Tried = z.infer<typeof Tried>

/** What the client asked of delivery, with the message: the parameters of MAIL. */
export const Envelope = z.object({
  /** RFC 6152; false: it said 7BIT or nothing. */
  eightBit: z.boolean(),
  /** RFC 6531 */
  utf8: z.boolean(),
  /** RFC 8689 */
  requireTls: z.boolean(),
  /** How much of the message a report gives back (RFC 3461 section 4.3); null: ours to choose. */
  ret: z.enum(['full', 'hdrs']).nullable(),
  /** Xtext, given back in reports (RFC 3461 section 4.4). */
  envid: z.string().nullable(),
  /** What the processed header is made of when the message leaves. */
  processed: Processed.optional(),
})
export type Envelope = z.infer<typeof Envelope>

/** A recipient of a message that is handed to the queue. */
export type NewRecipient = Pick<DispatchRecipient, 'address' | 'notify' | 'orcpt'>

/** What is handed to the queue. Exactly one of messageId and notice is what is sent. */
export type NewDispatch =
  | {
      readonly kind: 'message'
      readonly accountId: string
      readonly messageId: string
      readonly envelopeFrom: string
      /** They are grouped by destination. */
      readonly recipients: readonly NewRecipient[]
      /** Over verified TLS or not at all; default `may`. */
      readonly tls?: 'may' | 'require'
      /** OrHeld of gateway/messages, JSON: what is held where that can't be had; without it, it fails. */
      readonly heldJson?: string
      readonly traceId?: string | undefined
    }
  | {
      readonly kind: 'notice'
      readonly accountId: string
      readonly notice: Notice
      /** Null sender '' for reports; else the address that takes bounces of notices. */
      readonly envelopeFrom: string
      readonly recipient: string
      /** Of a notification: what the sender of the held message wants to hear of this recipient. */
      readonly notify?: NewRecipient['notify']
      readonly orcpt?: NewRecipient['orcpt']
      readonly messageId?: string | undefined
      readonly copyId?: string | undefined
      readonly traceId?: string | undefined
    }
