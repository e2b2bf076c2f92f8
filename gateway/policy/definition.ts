import { z } from 'zod'

/** Options of a held message that a definition or a sender's tag may set. Unset ones come from the account. */
export const HeldOptions = z.object({
  expiryDays: z.number().positive().nullable().optional(),
  receipt: z.boolean().optional(),
  reply: z.boolean().optional(),
  replyAll: z.boolean().optional(),
  forward: z.boolean().optional(),
  print: z.boolean().optional(),
  download: z.boolean().optional(),
  /** Language of the notice, IETF tag. */
  language: z.string().optional(),
  /** Days unread after which the recipient is reminded; null: not. */
  reminderDays: z.number().positive().nullable().optional(),
})
export type HeldOptions = z.infer<typeof HeldOptions>

const text = z.string().min(1).max(1000)

/** One condition. A definition matches where all of its conditions do. */
export const Condition = z.discriminatedUnion('type', [
  /** Envelope sender's address or `@domain`, one of. */
  z.object({ type: z.literal('sender'), any: z.array(text).min(1) }),
  /** Sender is a member of a group. */
  z.object({ type: z.literal('sender-group'), groupId: text }),
  /** Recipient's address or `@domain`, one of. Decided for each recipient. */
  z.object({ type: z.literal('recipient'), any: z.array(text).min(1) }),
  /** Header is present, or equals a value (letter case ignored). */
  z.object({ type: z.literal('header'), name: text, value: text.optional() }),
  /** One of these words in (), [] or {} in the subject. */
  z.object({ type: z.literal('subject-tag'), words: z.array(text).min(1) }),
  /** Sensitivity header (RFC 2156), one of. */
  z.object({ type: z.literal('sensitivity'), any: z.array(text).min(1) }),
  /** Size of the whole message in bytes. */
  z.object({ type: z.literal('size'), atLeast: z.number().int().nonnegative() }),
  z.object({ type: z.literal('attachment-name'), any: z.array(text).min(1) }),
  z.object({ type: z.literal('attachment-type'), any: z.array(text).min(1) }),
  /** Text matched by a pattern or by a checked detector (Luhn, IBAN mod-97, ...). */
  z.object({
    type: z.literal('text'),
    pattern: text.optional(),
    detector: text.optional(),
    atLeast: z.number().int().positive().default(1),
  }),
])
export type Condition = z.infer<typeof Condition>

export const Outcome = z.enum(['relay', 'require-tls', 'hold', 'refuse'])
export type Outcome = z.infer<typeof Outcome>

/** A policy rule. Definitions are tried in order; the first that matches decides. */
export const Definition = z.object({
  name: z.string().min(1).max(200),
  conditions: z.array(Condition),
  outcome: Outcome,
  options: HeldOptions.default({}),
  /** What the sender's server is told where the outcome is `refuse`. */
  refusal: z.string().max(300).optional(),
})
export type Definition = z.infer<typeof Definition>
