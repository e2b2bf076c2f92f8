import type { ReadonlySignal } from '@preact/signals'
import { type ComponentChildren, type ComponentType, createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { BytesOptions, PortalClient, PortalInfo } from '../contract/index.ts'
import type { Language } from '../i18n/index.ts'
import type { PortalI18n } from '../i18n/portal/index.ts'
import type { Toasts } from '../ui/index.ts'
import type { Lists } from './lists.ts'
import type { Router } from './routes.ts'
import type { Session } from './session.ts'
import type { Theme } from './theme.ts'
import type { Unsaved } from './unsaved.ts'

/**
 * What the portal stands in. `page`: one of its own. `window`: one of its own below a bar of the host's. `frame`: a part
 * of somebody else's page that is as high as what is in it; list and message one after the other.
 */
export type Surface = 'page' | 'window' | 'frame'

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
  readonly surface: Surface
  readonly theme: ReadonlySignal<Theme>
  /** Of the host, around every form in which a password is typed: see `entry/passwords.tsx`. */
  readonly passwords: ComponentType<{ children: ComponentChildren }> | undefined
  /** Before something sensitive is typed or sent. False: do nothing, the host goes on elsewhere. */
  readonly guard: (control?: Element) => Promise<boolean>
  /** Undefined where a plain link does: see `read/file-link.tsx`. */
  readonly save: ((path: string, name: string, options: BytesOptions) => Promise<void>) | undefined
  /** What the person came for; once, then it is `read`. */
  takePurpose(): 'read' | 'reply'
  /** What would be lost if all of this were closed now. */
  readonly unsaved: Unsaved
}

/** A context has no sensible value of its own; who uses one without a provider made a mistake. */
export const PortalContext = createContext<Portal | undefined>(undefined)

export function usePortal(): Portal {
  const portal = useContext(PortalContext)
  if (!portal) throw new Error('a screen stands outside of PortalContext')
  return portal
}
