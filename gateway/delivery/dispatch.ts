import { z } from 'zod'
import type { Notice } from '../notices/index.ts'

export const DispatchRecipient = z.object({
  address: z.string(),
  state: z.enum(['queued', 'delivered', 'failed']),
  /** Last reply of the remote server, or what went wrong before it could answer. */
  reply: z.string(),
})
export type DispatchRecipient = z.infer<typeof DispatchRecipient>

/** What is handed to the queue. Exactly one of messageId and notice is what is sent. */
export type NewDispatch =
  | {
      readonly kind: 'message'
      readonly accountId: string
      readonly messageId: string
      readonly envelopeFrom: string
      /** Normalised addresses; they are grouped by destination. */
      readonly recipients: readonly string[]
    }
  | {
      readonly kind: 'notice'
      readonly accountId: string
      readonly notice: Notice
      /** Null sender '' for reports; else the address that takes bounces of notices. */
      readonly envelopeFrom: string
      readonly recipient: string
      readonly messageId?: string | undefined
      readonly copyId?: string | undefined
    }
