import type { DisturbedReason, FromFrame, PageWords, Ticket } from '../protocol.ts'
import { createFrameHost } from './frame-host.ts'
import { connectFrame } from './frame-port.ts'
import { lookClosely, setAside } from './frame-sight.ts'
import { watchFrame } from './frame-watch.ts'
import { disturbed } from './guard.ts'

export interface MountOptions {
  /** Outside of the mail's body. */
  readonly place: { readonly parent: Element; readonly before: Node | null }
  readonly ticket: Ticket
  readonly words: PageWords
  /** What the person clicked: gets the focus back. */
  readonly opener: HTMLElement
  /** Asks the background for the extension's own window (`open-window`), when the page is no place for the frame. */
  readonly openWindow: () => void
  /** Takes the frame away without a window, as when the content script ends. */
  readonly signal: AbortSignal
}

export interface Mounted {
  /** Takes the frame away, without a window. */
  close(): void
  /** The frame is gone, for whatever reason. Never rejects. */
  readonly closed: Promise<void>
}

/** ms. A frame that isn't ready by then never will be. */
const toBeReady = 8000
/** The frame must have been clear for so long before it takes input: no click is timed for that moment. */
const settle = { first: 200, again: 400 }
/** What lies over the frame longer than this while the person is in it is no passing thing. */
const grace = 1000
/** The frame has this long to go on in its own window by itself, at the path where it is. */
const toGoOn = 2500

/**
 * Puts the portal's frame into the page and keeps watch over it until it is gone.
 *
 * Threat: the page can move, cover, fade or remove what stands in it. The frame takes input (`live`) only while
 * nothing does. What may be a page's own doing, such as a dialog over everything, only pauses it; when it lasts while
 * the person is in the frame, or when the frame itself was tampered with, the portal goes on in the extension's own
 * window. That happens at most once for one click of a person.
 */
export function mountPortal(options: MountOptions): Mounted {
  const { place, ticket, words, opener, openWindow, signal } = options
  const document = place.parent.ownerDocument
  const frame = createFrameHost(document, words)
  const { host, iframe } = frame
  const { promise: closed, resolve } = Promise.withResolvers<undefined>()
  const life = new AbortController()
  const later = (ms: number, then: () => void) => {
    const timer = setTimeout(then, ms)
    life.signal.addEventListener('abort', () => clearTimeout(timer))
  }
  /** The person is in the frame with the keyboard. */
  const isIn = () =>
    document.hasFocus() && (host.getRootNode() as Document | ShadowRoot).activeElement === host

  let state: 'loading' | 'paused' | 'live' | 'given-up' = 'loading'
  let wasLive = false
  /** When what is now the case began: covered, or clear. ms of performance.now(). */
  let since: { clear: boolean; at: number } | undefined

  const end = (window: boolean) => {
    if (life.signal.aborted) return
    const inside = isIn()
    life.abort()
    aside?.back()
    host.remove()
    if (window) openWindow()
    else if (inside || document.activeElement === document.body) opener.focus({ preventScroll: true })
    resolve(undefined)
  }

  /** It shows nothing any more and goes on in the window; if it can't by itself, we ask for one. */
  const giveUp = (reason: DisturbedReason) => {
    if (state === 'given-up') return
    state = 'given-up'
    port.say({ say: 'disturbed', reason })
    later(toGoOn, () => end(true))
  }

  const look = () => {
    // The webmail took away what we stand in: the person has gone on to something else.
    if (!place.parent.isConnected || host.parentNode !== place.parent) {
      end(place.parent.isConnected)
      return
    }
    if (state === 'loading' || state === 'given-up') return
    // Hidden with what is around it, as webmails do with views they keep: nobody sees it, nobody uses it.
    const hidden = !host.checkVisibility()
    const reason = hidden ? 'not-visible' : frame.isWhole() ? disturbed(host) : 'too-small'
    const now = performance.now()
    if (since?.clear !== (reason === null)) since = { clear: reason === null, at: now }
    const lasted = now - since.at
    if (reason === null) {
      if (state === 'live') return
      const calm = wasLive ? settle.again : settle.first
      if (lasted < calm) {
        later(calm, look)
        return
      }
      state = 'live'
      port.say({ say: 'live' })
      if (!wasLive) iframe.focus({ preventScroll: true })
      wasLive = true
      return
    }
    if (state === 'live') port.say({ say: 'paused' })
    state = 'paused'
    if (wasLive && (hidden || !isIn())) return
    if (lasted < grace) later(grace, look)
    else giveUp(reason)
  }

  const heard = (message: FromFrame) => {
    if (message.say === 'ready' && state === 'loading') {
      state = 'paused'
      frame.reveal()
      host.scrollIntoView({ block: 'nearest' })
      look()
    }
    if (message.say === 'height') frame.height(message.height)
    if (message.say === 'close') end(false)
    if (message.say === 'leave') frame.leave(message.to)
    if (message.say === 'check') check(message)
  }

  /** Undoes what was set aside, once the frame has asked the browser again. */
  let aside: { readonly id: number; readonly back: () => void } | undefined
  const check = ({ id, control, doubted }: Extract<FromFrame, { say: 'check' }>) => {
    const again = aside?.id === id
    aside?.back()
    aside = undefined
    frame.settle()
    const sight = { host, iframe, probe: ticket.probe }
    const closely = () => (state === 'live' ? lookClosely(sight, control) : 'not-visible')
    let reason = closely()
    // A field below the fold or under a sticky header is no attack: brought to the middle, it is seen.
    if (reason !== null && control && state === 'live') {
      frame.show(control)
      reason = closely()
    }
    if (reason === null && doubted) {
      if (!again) {
        const back = setAside(sight, control)
        aside = { id, back }
        later(2 * grace, back)
        port.say({ say: 'again', id })
        return
      }
      reason = 'covered'
    }
    port.say({ say: 'checked', id, disturbed: reason })
    if (reason !== null) giveUp(reason)
  }

  place.parent.insertBefore(host, place.before)
  const port = connectFrame({ iframe, ticket, heard, lost: () => end(true), signal: life.signal })
  watchFrame({ host, parent: place.parent, look, signal: life.signal })
  later(toBeReady, () => {
    if (state === 'loading') end(true)
  })
  signal.addEventListener('abort', () => end(false), { signal: life.signal })
  document.defaultView?.addEventListener('pagehide', () => end(false), { signal: life.signal })
  if (signal.aborted) end(false)
  return { close: () => end(false), closed }
}
