import { z } from 'zod'

/** What an account decides for itself. Every key has a default, so a new key needs no migration. */
export const AccountSettings = z.object({
  /** Language of notices where the person has none, IETF tag. */
  language: z.string().default('en'),
  /** The subject may stand in the notification. */
  subjectInNotice: z.boolean().default(false),
  /** Days after which a held message expires; null: never. */
  expiryDays: z.number().int().positive().nullable().default(30),
  /** Senders get a read receipt without asking. */
  receipt: z.boolean().default(false),
  /** Days after which the recipient of a message that nobody has read is reminded once; null: not. */
  reminderDays: z.number().int().positive().nullable().default(null),
  permissions: z
    .object({
      reply: z.boolean().default(true),
      replyAll: z.boolean().default(true),
      forward: z.boolean().default(false),
      print: z.boolean().default(true),
      download: z.boolean().default(true),
    })
    .prefault({}),
  /** From address of notices; null: `postern@<first domain>`. */
  noticeAddress: z.string().nullable().default(null),
  /** DKIM key of notices (PEM, RSA: the composer signs with no other); null: unsigned. */
  dkim: z
    .object({ domain: z.string(), selector: z.string(), privateKey: z.string() })
    .nullable()
    .default(null),
})
export type AccountSettings = z.infer<typeof AccountSettings>
