import { z } from 'zod'
import { Permissions, SetBy as SetBySchema } from '../../shared/contract/index.ts'
import type { Account } from '../people/index.ts'
import type { RecipientDecision } from '../policy/index.ts'

/** Options of a held copy, every one decided, with who decided it. Stored as JSON beside the copy. */
export const ResolvedOptions = z.object({
  /** Null: never. */
  expiryDays: z.number().nullable(),
  receipt: z.boolean(),
  permissions: Permissions,
  /** Days unread after which the recipient is reminded, null: not. */
  reminderDays: z.number().nullable(),
  setBy: z.record(z.string(), SetBySchema),
})
export type ResolvedOptions = z.infer<typeof ResolvedOptions>

/** How a message is held for recipients to whom it could not be sent over verified TLS. Stored as JSON. */
export const OrHeld = z.object({
  options: ResolvedOptions,
  /** Name of the definition that required TLS, null: the account itself. */
  definition: z.string().nullable(),
})
export type OrHeld = z.infer<typeof OrHeld>

type SetBy = z.infer<typeof SetBySchema>

const permissionNames = ['reply', 'replyAll', 'forward', 'print', 'download'] as const

/**
 * The options of one recipient's copy: what the account has set, changed by what policy decided. Who may set what
 * is policy's to decide (`heldOptions` of gateway/policy).
 */
export function resolveOptions(
  { settings }: Account,
  { options, setBy }: Pick<RecipientDecision, 'options' | 'setBy'>,
): ResolvedOptions {
  const permissions = { ...settings.permissions }
  for (const name of permissionNames) permissions[name] = options[name] ?? permissions[name]
  const by = (name: string): SetBy => setBy[name] ?? 'account'
  return {
    expiryDays: options.expiryDays === undefined ? settings.expiryDays : options.expiryDays,
    receipt: options.receipt ?? settings.receipt,
    permissions,
    reminderDays: options.reminderDays === undefined ? settings.reminderDays : options.reminderDays,
    setBy: Object.fromEntries(
      ['expiryDays', 'receipt', 'reminderDays', ...permissionNames].map((name) => [name, by(name)]),
    ),
  }
}

const day = 24 * 60 * 60 * 1000

/** When a copy accepted at `from` (ms) expires, null: never. */
export function expiryOf(options: ResolvedOptions, from: number): number | null {
  return options.expiryDays === null ? null : from + Math.round(options.expiryDays * day)
}

/** The later end; null, never, is later than all. */
export function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b)
}

export function sooner(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.min(a, b)
}

/** When the reader of an unread copy is reminded, ms, null: not; never after its end. */
export function reminderOf(
  { reminderDays }: ResolvedOptions,
  from: number,
  ends: number | null,
): number | null {
  if (reminderDays === null) return null
  const at = from + Math.round(reminderDays * day)
  return ends !== null && at >= ends ? null : at
}

/**
 * When the reader is warned that a copy will expire, ms: three days before, or a quarter of its life before where
 * that is shorter. Null: it never expires, or within a day.
 */
export function warningOf(from: number, ends: number | null): number | null {
  if (ends === null || ends - from < day) return null
  return Math.round(ends - Math.min(3 * day, (ends - from) / 4))
}
