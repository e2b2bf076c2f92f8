import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { usePortal } from '../context.ts'
import { FirstPassword } from './first-password.tsx'
import { SignIn, type SignInReason } from './sign-in.tsx'
import { Starting } from './starting.tsx'
import './gate.css'

interface GateProps {
  /** Filled in where it is known before anybody signed in. */
  address?: string
  reason?: SignInReason
  children: ComponentChildren
}

/**
 * Lets in who is signed in. The place asked for stays in the address, so whoever signs in gets there. Where a session
 * ends by itself, what stands inside is kept, hidden and inert, until the same person is back; another person
 * starts anew.
 */
export function Gate({ address, reason, children }: GateProps) {
  const { session } = usePortal()
  const view = session.view.value
  // Held while the first password is chosen: the form shows what was just typed (requirement B2).
  const typed = useRef('')
  if (view.state === 'signed-in') typed.current = ''
  const inside = view.state === 'signed-in' || view.state === 'ended' ? view.person : undefined
  const away = view.state === 'ended'
  return (
    <>
      {inside ? (
        <div class="gate__inside" key={inside.id} hidden={away} inert={away}>
          {children}
        </div>
      ) : null}
      {view.state === 'unknown' ? <Starting onRetry={() => session.refresh()} /> : null}
      {view.state === 'must-change' ? <FirstPassword person={view.person} typed={typed.current} /> : null}
      {view.state === 'signed-out' || away ? (
        <SignIn
          address={away ? view.person.address : address}
          reason={away ? { kind: 'ended' } : reason}
          onSignedIn={(state, password) => {
            typed.current = password
            session.set(state)
          }}
        />
      ) : null}
    </>
  )
}
