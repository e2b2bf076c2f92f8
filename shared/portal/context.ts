import type { ReadonlySignal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { PortalClient, PortalInfo } from '../contract/index.ts'
import type { Language } from '../i18n/index.ts'
import type { PortalI18n } from '../i18n/portal/index.ts'
import type { Toasts } from '../ui/index.ts'
import type { Lists } from './lists.ts'
import type { Router } from './routes.ts'
import type { Session } from './session.ts'

/** What every screen gets. Made once by whoever hosts the portal (a page, a frame of the extension). */
export interface Portal {
  readonly client: PortalClient
  readonly router: Router
  /** Shorthand of `router.navigate`. */
  readonly navigate: Router['navigate']
  readonly i18n: ReadonlySignal<PortalI18n>
  /** Words in the language of now; a component that calls it is drawn again when the language changes. */
  readonly t: PortalI18n['t']
  readonly language: { readonly current: ReadonlySignal<Language>; choose(language: Language): void }
  /** Who is signed in, and the ways in and out. */
  readonly session: Session
  /** The folders as they are shown beside the message; change a row here after changing the message. */
  readonly lists: Lists
  readonly toast: Toasts['show']
  readonly toasts: Toasts
  /** Undefined until the gateway has said it. */
  readonly info: ReadonlySignal<PortalInfo | undefined>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** What the host knows of itself, for support: page address and browser. */
  readonly host: { url(): string; browser(): string }
}

/** A context has no sensible value of its own; who uses one without a provider made a mistake. */
export const PortalContext = createContext<Portal | undefined>(undefined)

export function usePortal(): Portal {
  const portal = useContext(PortalContext)
  if (!portal) throw new Error('a screen stands outside of PortalContext')
  return portal
}
