import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Person, PortalClient, SessionState } from '../contract/index.ts'

/** `unknown` until the gateway was asked; `ended` where a session broke off by itself while it was in use. */
export type SessionView =
  SessionState | { readonly state: 'unknown' } | { readonly state: 'ended'; person: Person }

export interface Session {
  readonly view: ReadonlySignal<SessionView>
  /** Who is signed in, or was until the session ended by itself; undefined while nobody is. */
  readonly person: ReadonlySignal<Person | undefined>
  /** Asks the gateway, once at a time. Rejects with ProblemError. */
  refresh(): Promise<void>
  /** Takes over what the gateway answered to a sign-in or a change of password. */
  set(state: SessionState): void
  /** A call was refused because nobody is signed in (any more). */
  lost(): void
  signOut(everywhere?: boolean): Promise<void>
}

export function createSession(client: PortalClient): Session {
  const view = signal<SessionView>({ state: 'unknown' })
  let asking: Promise<void> | undefined
  return {
    view,
    person: computed(() => ('person' in view.value ? view.value.person : undefined)),
    refresh: () => {
      asking ??= client
        .session()
        .then((state) => {
          view.value = state
        })
        .finally(() => {
          asking = undefined
        })
      return asking
    },
    set: (state) => {
      view.value = state
    },
    lost: () => {
      const before = view.peek()
      view.value =
        before.state === 'signed-in' || before.state === 'ended'
          ? { state: 'ended', person: before.person }
          : { state: 'signed-out' }
    },
    signOut: async (everywhere) => {
      await client.signOut(everywhere)
      view.value = { state: 'signed-out' }
    },
  }
}
