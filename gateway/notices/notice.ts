import { z } from 'zod'

/** One recipient of a report. */
const Reported = z.object({
  address: z.string(),
  /** What the remote server answered, or what went wrong before it could. */
  reply: z.string(),
  /** RFC 3463 */
  status: z.string(),
  /** The server that answered, `host:port`. */
  server: z.string().optional(),
  /** `addr-type;xtext` as the client gave it (RFC 3461 section 4.2). */
  orcpt: z.string().optional(),
})
export type Reported = z.infer<typeof Reported>

/**
 * A notice waiting in the queue: which one, and of what. It is composed when it is sent, so it holds no secret:
 * temporary passwords and reset tokens are derived by the vault from seeds.
 */
export const Notice = z.discriminatedUnion('type', [
  z.object({ type: z.literal('notification'), copyId: z.string() }),
  z.object({ type: z.literal('sign-in-details'), personId: z.string() }),
  z.object({ type: z.literal('password-reset'), personId: z.string(), seed: z.string() }),
  z.object({
    type: z.literal('security-alert'),
    personId: z.string(),
    what: z.enum(['password-changed', 'password-reset']),
    at: z.number(),
    agent: z.string(),
  }),
  z.object({ type: z.literal('read-receipt'), copyId: z.string(), at: z.number() }),
  z.object({ type: z.literal('recalled'), copyId: z.string() }),
  z.object({ type: z.literal('reminder'), copyId: z.string() }),
  z.object({ type: z.literal('expiry-warning'), copyId: z.string() }),
  /** RFC 3464 reports to a sender: what could not be delivered, what is late, what was handed on. */
  z.object({ type: z.literal('delivery-failure'), dispatchId: z.string(), failures: z.array(Reported) }),
  z.object({
    type: z.literal('delivery-delay'),
    dispatchId: z.string(),
    recipients: z.array(Reported),
    /** When it is given up, ms. */
    until: z.number(),
  }),
  z.object({ type: z.literal('delivery-success'), dispatchId: z.string(), recipients: z.array(Reported) }),
])
export type Notice = z.infer<typeof Notice>
