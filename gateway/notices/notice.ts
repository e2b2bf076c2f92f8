import { z } from 'zod'

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
  /** RFC 3464 report to the sender of what could not be delivered. */
  z.object({
    type: z.literal('delivery-failure'),
    dispatchId: z.string(),
    failures: z.array(z.object({ address: z.string(), reply: z.string(), status: z.string() })),
  }),
])
export type Notice = z.infer<typeof Notice>
