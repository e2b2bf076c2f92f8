import { drawnParent } from './guard-tree.ts'

/** ms. */
const calm = 40
const round = 1000

export interface WatchOptions {
  readonly host: Element
  /** Where we put it. */
  readonly parent: Element
  /** Has a look: at most every 40 ms. */
  readonly look: () => void
  readonly signal: AbortSignal
}

/**
 * Looks whenever something could have come between a person and the frame: at changes of the elements around it, at
 * the page's popovers, dialogs and full screen, at scrolling and resizing; and once a second, for a style sheet or a
 * new element tells nobody. Nothing while the tab is hidden.
 */
export function watchFrame({ host, parent, look, signal }: WatchOptions): void {
  const document = host.ownerDocument
  const view = document.defaultView
  let waiting: ReturnType<typeof setTimeout> | undefined
  const soon = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined
      if (!document.hidden && !signal.aborted) look()
    }, calm)
  }
  const observer = new MutationObserver(soon)
  for (let at: Element | null = host; at; at = drawnParent(at))
    observer.observe(at, { attributeFilter: ['style', 'class', 'hidden', 'inert', 'popover', 'open'] })
  observer.observe(parent, { childList: true })

  const heard = { signal, capture: true, passive: true }
  for (const type of ['toggle', 'fullscreenchange', 'scroll', 'visibilitychange', 'transitionend', 'focusin'])
    document.addEventListener(type, soon, heard)
  view?.addEventListener('resize', soon, heard)
  const rounds = setInterval(soon, round)
  signal.addEventListener('abort', () => {
    observer.disconnect()
    clearInterval(rounds)
    clearTimeout(waiting)
  })
}
