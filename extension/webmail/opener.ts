import type { PageAnswers, PageWords } from '../protocol.ts'
import type { Badge } from './badge.ts'
import { disturbed } from './guard.ts'
import { type Mounted, mountPortal } from './mount.ts'
import type { Place } from './place.ts'

/** What a person asked for with a trusted click, in the frame or in the extension's own window. */
export interface Errand {
  /** A ticket for the frame; undefined: nobody answers. */
  readonly ticket: () => Promise<PageAnswers['open'] | undefined>
  readonly window: () => Promise<unknown>
  /** Where the frame goes; asked when it is there. */
  readonly place: () => Place
}

/** What was clicked. */
export type Handle = Pick<Badge, 'host' | 'expanded'>

export interface OpenerOptions {
  readonly words: () => PageWords | undefined
  readonly signal: AbortSignal
}

/**
 * Opens the portal at the badge that a person pressed; pressed again, it closes. One at a time in a document.
 *
 * Threat: a page may bring a person to click what they don't see. So where anything covers, fades or hides the badge,
 * the portal opens in the extension's own window, where the page has no say, and never in the page.
 */
export function createOpener({ words, signal }: OpenerOptions) {
  let open: { handle: Handle; mounted: Mounted } | undefined
  let opening = false

  const mount = async (handle: Handle, errand: Errand): Promise<void> => {
    const language = words()
    if (!language) return
    if (disturbed(handle.host) !== null) {
      await errand.window()
      return
    }
    const ticket = await errand.ticket()
    if (!ticket || 'window' in ticket || signal.aborted) return
    // The webmail may have drawn the mail anew while we asked.
    if (!handle.host.isConnected) {
      await errand.window()
      return
    }
    const mounted = mountPortal({
      place: errand.place(),
      ticket,
      words: language,
      opener: handle.host,
      openWindow: () => void errand.window(),
      signal,
    })
    open = { handle, mounted }
    handle.expanded(true)
    void mounted.closed.then(() => {
      handle.expanded(false)
      if (open?.mounted === mounted) open = undefined
    })
  }

  return async (handle: Handle, errand: Errand): Promise<void> => {
    if (opening) return
    const again = open?.handle.host === handle.host
    open?.mounted.close()
    open = undefined
    if (again) return
    opening = true
    try {
      await mount(handle, errand)
    } finally {
      opening = false
    }
  }
}
