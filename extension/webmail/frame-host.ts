import type { Box, PageWords } from '../protocol.ts'
import { createHost, dress, hostStyle } from './style.ts'

/** CSS px. Below the least, or in a narrower place, the frame is of no use. */
const least = { width: 280, height: 120 }
const first = 240

export interface FrameHost {
  /** Stands in the page: all that the page gets to see. */
  readonly host: HTMLElement
  readonly iframe: HTMLIFrameElement
  /** Shows the frame; until then it only takes its place, so that nothing flashes. */
  reveal(): void
  /** As high as the content wishes, but never higher than the window: beyond that, the content scrolls inside. */
  height(px: number): void
  /** Ends the transition of its height, which would cut off what is looked at. */
  settle(): void
  /** Brings a part of the frame to the middle of the page's window. In the frame's viewport, CSS px. */
  show(part: Box): void
  /** The page's layout leaves the frame the size we gave it. */
  isWhole(): boolean
  /** Puts the keyboard beside the frame: the next Tab goes on in the page from there. */
  leave(to: 'after' | 'before'): void
}

/**
 * The frame's place in the page: a plain element, a closed shadow root, a blank iframe. The address is given to the
 * frame's location later (mount.ts): it never stands in an attribute, and no page, style or other extension reads it.
 */
export function createFrameHost(document: Document, words: PageWords): FrameHost {
  const { host, root } = createHost(document, 'div')
  dress(root, css)
  const view = document.defaultView
  const box = document.createElement('div')
  const iframe = document.createElement('iframe')
  iframe.title = words.frameTitle
  // Nothing is delegated: no camera, no clipboard, no full screen.
  iframe.allow = ''
  iframe.lang = words.language
  iframe.dir = words.direction
  const mark = document.createElement('span')
  box.append(iframe)
  root.append(box, mark)

  let wished = first
  const fit = () => {
    const most = Math.max(least.height, (view?.innerHeight ?? wished) - 16)
    const px = `${Math.min(Math.max(wished, least.height), most)}px`
    box.style.height = px
    iframe.style.height = px
  }
  fit()
  return {
    host,
    iframe,
    reveal() {
      iframe.style.visibility = 'visible'
    },
    height(px) {
      if (!Number.isFinite(px)) return
      wished = Math.ceil(px)
      fit()
    },
    settle() {
      for (const transition of box.getAnimations()) transition.finish()
    },
    show({ top, bottom }) {
      mark.style.top = `${top}px`
      mark.style.height = `${bottom - top}px`
      mark.scrollIntoView({ block: 'center', behavior: 'instant' })
    },
    isWhole() {
      const [outer, inner] = [host.getBoundingClientRect(), box.getBoundingClientRect()]
      const near = (one: number, other: number) => Math.abs(one - other) <= 1
      return outer.width >= least.width && near(outer.width, inner.width) && near(outer.height, inner.height)
    },
    leave(to) {
      // Beside the host: in the shadow root Chromium would go back to the frame. It goes with the next Tab.
      const stop = document.createElement('span')
      stop.tabIndex = -1
      stop.addEventListener('blur', () => stop.remove())
      host[to](stop)
      stop.focus({ preventScroll: true })
    },
  }
}

/** `width` for pages that lay out their rows as flex or grid. */
const css = `${hostStyle(
  'block',
  `width:100%!important;flex:1 0 100%!important;grid-column:1/-1!important;clear:both!important;box-sizing:border-box!important;margin:8px 0!important;position:relative!important`,
)}
div{height:0;overflow:clip;transition:height 140ms ease-out}
iframe{display:block;width:100%;border:0;visibility:hidden;color-scheme:normal}
span{position:absolute;pointer-events:none}
@media (prefers-reduced-motion:reduce){div{transition:none}}`
