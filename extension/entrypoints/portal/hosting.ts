import type { Transport } from '../../../shared/contract/index.ts'
import { createPortal, memoryPlace, type Place, type Portal } from '../../../shared/portal/index.ts'
import type { Admitted } from '../../protocol.ts'
import type { ExtensionPage } from '../../pages/index.ts'
import type { Curtain } from './curtain.ts'
import { passwordsSlot } from './passwords.tsx'
import { saveFile } from './save-file.ts'
import { watchSession } from './session-watch.ts'

export interface HostingOptions {
  readonly admitted: Extract<Admitted, { show: 'portal' }>
  readonly window: Window
  readonly page: ExtensionPage
  readonly transport: Transport
  readonly check: Curtain['check']
  /** Languages the browser asks for. */
  readonly wished: readonly string[]
  readonly now: () => number
  readonly random: (limit: number) => number
  /** Opens the extension's own window at a path of the portal. */
  readonly openWindow: (path: string) => Promise<void>
}

export interface Hosting {
  readonly portal: Portal
  readonly place: Place
}

/** The portal of shared/portal as the extension hosts it: the gateway is reached through the background. */
export async function hostPortal(options: HostingOptions): Promise<Hosting> {
  const { admitted, window, page, transport, check } = options
  const place = memoryPlace(admitted.path, admitted.gateway)
  const Passwords = passwordsSlot({
    place: admitted.place,
    random: options.random,
    toWindow: async () => {
      await options.openWindow(place.read())
      watching.expectSignIn()
    },
  })
  const portal = await createPortal({
    transport,
    place,
    now: options.now,
    // Where support would find the same thing on the web, and that it was not there.
    url: () => `${admitted.gateway}${place.read()} (extension)`,
    browser: () => window.navigator.userAgent,
    languages: {
      wished: options.wished,
      chosen: admitted.settings.language,
      keep: (language) => {
        page.change({ language }).catch(() => undefined) // it lasts as long as this page then
      },
    },
    surface: admitted.place,
    appearance: admitted.settings.appearance,
    purpose: admitted.purpose,
    passwords: Passwords,
    guard: async (control) => (await check(control)) === null,
    save: (...file) => saveFile(window.document, transport, file),
  })
  const watching = watchSession(window, portal.session)
  return { portal, place }
}
