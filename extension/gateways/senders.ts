import type { Sender } from './surroundings.ts'

/**
 * Who asks. Threat: every content script runs beside a page that may be hostile, and on a compromised renderer may
 * send anything. So nothing in a message is believed about its sender; only what the browser says of it.
 */
export type Asker =
  /** A content script of ours in a web page. */
  | {
      readonly kind: 'page'
      readonly tab: number
      readonly frame: number
      readonly places: readonly string[]
    }
  | { readonly kind: 'own'; readonly page: OwnPage; readonly place?: Place }

export type OwnPage = 'popup' | 'options' | 'portal'

/** Where a document is. */
export interface Place {
  readonly tab: number
  /** 0: the tab's own document. */
  readonly frame: number
  /** Null where the browser does not tell. */
  readonly document: string | null
}

const ownPages: readonly OwnPage[] = ['popup', 'options', 'portal']

/** @param base the extension's own root, `chrome-extension://id/` or `moz-extension://uuid/`. */
export function askerOf(sender: Sender, self: { id: string; base: string }): Asker | undefined {
  if (sender.id !== self.id) return undefined
  const url = URL.parse(sender.url ?? '')
  const place = placeOf(sender)
  if (url?.protocol === new URL(self.base).protocol) {
    // Exactly origin and path: no other extension's page, none of ours that has no business here.
    const page = ownPages.find(
      (name) => `${url.protocol}//${url.host}${url.pathname}` === `${self.base}${name}.html`,
    )
    return page && { kind: 'own', page, ...(place && { place }) }
  }
  if (!place) return undefined
  // about:blank and srcdoc frames have no address of their own; then the origin or the tab says where they are.
  const places = [sender.tab?.url, sender.origin, sender.url].filter((one) => one !== undefined && isWeb(one))
  return { kind: 'page', tab: place.tab, frame: place.frame, places: places as string[] }
}

export function placeOf(sender: Sender): Place | undefined {
  const { tab, frameId, documentId } = sender
  if (tab?.id === undefined || tab.id < 0 || frameId === undefined) return undefined
  return { tab: tab.id, frame: frameId, document: documentId ?? null }
}

function isWeb(address: string): boolean {
  return /^https?:\/\//.test(address)
}
