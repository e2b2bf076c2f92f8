import type { ComponentChildren } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { usePortal } from '../context.ts'

interface PasswordsProps {
  /** Id of the field to begin with. */
  focus: string
  children: ComponentChildren
}

/** Around every form in which a password is typed: the host may put something above it or in its place. */
export function Passwords({ focus, children }: PasswordsProps) {
  const { passwords: Around } = usePortal()
  const form = <Guarded focus={focus}>{children}</Guarded>
  return Around === undefined ? form : <Around>{form}</Around>
}

/**
 * The host is asked whenever a field gets the focus. What is typed meanwhile stays in the field, where nobody else
 * reads it: a host that says no takes all of it out of sight, and nothing is sent without being asked again.
 */
function Guarded({ focus, children }: PasswordsProps) {
  const { guard } = usePortal()
  useLayoutEffect(() => document.getElementById(focus)?.focus(), [])
  const focused = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLInputElement) || !target.autocomplete.endsWith('-password')) return
    // With the button that stands on the field: by itself the field would seem to be covered by it.
    guard(target.closest('.field__box') ?? target).catch(() => undefined)
  }
  return <div onFocusIn={focused}>{children}</div>
}
