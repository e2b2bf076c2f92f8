import type { Account } from '../people/index.ts'
import type { HeldOptions } from './definition.ts'

/** Who set an option that the account's own settings would have decided otherwise. */
export type Setter = 'definition' | 'sender'

export interface HeldChoice {
  readonly options: HeldOptions
  readonly setBy: Record<string, Setter>
}

const permissions = ['reply', 'replyAll', 'forward', 'print', 'download'] as const

/**
 * What definition and sender together set, over the account's own settings. A definition is the administrator's
 * word and may do anything. A sender may forbid more, ask for a receipt, a language or a reminder, and make the
 * message expire sooner; never allow what definition or account forbid, nor make it last longer than they say.
 */
export function heldOptions(account: Account, definition: HeldOptions, sender: HeldOptions): HeldChoice {
  const options: HeldOptions = {}
  const setBy: Record<string, Setter> = {}
  const set = <K extends keyof HeldOptions>(name: K, value: HeldOptions[K], by: Setter) => {
    if (value === undefined) return
    options[name] = value
    setBy[name] = by
  }

  for (const name of permissions) {
    set(name, definition[name], 'definition')
    // What is allowed already needs no sender to allow it, and what is forbidden is not theirs to allow.
    if (sender[name] === false && definition[name] !== false) set(name, false, 'sender')
  }

  set('expiryDays', definition.expiryDays, 'definition')
  const longest = definition.expiryDays === undefined ? account.settings.expiryDays : definition.expiryDays
  const asked = sender.expiryDays
  if (typeof asked === 'number' && (longest === null || asked < longest)) set('expiryDays', asked, 'sender')

  for (const name of ['receipt', 'language', 'reminderDays'] as const) {
    set(name, definition[name], 'definition')
    set(name, sender[name], 'sender')
  }
  return { options, setBy }
}
