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
  /**
   * Asks quietly whether somebody signed in or out elsewhere with this session, as another frame or window may have
   * done. What is shown changes only where that is so; where the gateway can't be asked, nothing does.
   */
  notice(): Promise<void>
  /** Takes over what the gateway answered to a sign-in or a change of password. */
  set(state: SessionState): void
  /** A call was refused because nobody is signed in (any more). */
  lost(): void
  signOut(everywhere?: boolean): Promise<void>
}

export function createSession(client: PortalClient): Session {
  const view = signal<SessionView>({ state: 'unknown' })
  let asking: Promise<void> | undefined
  const lost = () => {
    const before = view.peek()
    view.value =
      before.state === 'signed-in' || before.state === 'ended'
        ? { state: 'ended', person: before.person }
        : { state: 'signed-out' }
  }
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
    notice: async () => {
      const before = view.peek()
      if (before.state === 'unknown' || asking !== undefined) return
      const now = await client.session().catch(() => undefined)
      // What a person did here in the meantime is newer than the answer.
      if (now === undefined || view.peek() !== before || sameSession(before, now)) return
      if (now.state === 'signed-out') lost()
      else view.value = now
    },
    set: (state) => {
      view.value = state
    },
    lost,
    signOut: async (everywhere) => {
      await client.signOut(everywhere)
      view.value = { state: 'signed-out' }
    },
  }
}

function sameSession(before: SessionView, now: SessionState): boolean {
  if (now.state === 'signed-out') return before.state === 'signed-out' || before.state === 'ended'
  return before.state === now.state && before.person.id === now.person.id
}
