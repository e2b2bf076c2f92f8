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
    reminderDays: options.reminderDays ?? null,
    setBy: Object.fromEntries(['expiryDays', 'receipt', ...permissionNames].map((name) => [name, by(name)])),
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
