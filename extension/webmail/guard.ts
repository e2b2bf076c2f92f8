import type { DisturbedReason } from '../protocol.ts'
import { type Area, areaOf, common, height, isEmpty, outside, viewport, width } from './guard-area.ts'
import { covered } from './guard-cover.ts'
import { altered, leastOpacity } from './guard-effects.ts'
import { drawnParent, outerFrame } from './guard-tree.ts'

/** A box that scrolls and is smaller than this shows a slice of the frame, not the frame. CSS px. */
const smallestWindow = { width: 200, height: 96 }

export interface Sight {
  /** The part that has to be seen whole, such as a password field: nothing may cover any of it. */
  readonly control?: Area | undefined
  /** What `pointer-events: none` hides from hit tests is seen as well for now. */
  readonly blind?: boolean
}

/**
 * Whether something keeps a person from seeing `element` as it is: fades, filters, turns, crops, covers or hides it.
 *
 * Threat: the page may be hostile and has the person click or type into what is not seen (clickjacking). But most
 * pages are not, and a guard that cries wolf is a bug: being scrolled out of view, wholly or in part, is no
 * disturbance, nor is what covers less than a third of what is in view, as sticky headers and toasts do.
 * Asks for layout; costs about a millisecond.
 */
export function disturbed(element: Element, sight: Sight = {}): DisturbedReason | null {
  if (!element.isConnected) return 'moved'
  if (!element.checkVisibility({ visibilityProperty: true })) return 'not-visible'
  if (isEmpty(areaOf(element))) return 'too-small'
  let opacity = 1
  for (const { at, look, control } of levels(element, sight.control)) {
    opacity *= look.opacity
    if (look.altered || opacity < leastOpacity) return 'faded'
    if (look.sliced) return 'too-small'
    const over =
      (!isEmpty(look.seen) && covered(at, look.seen, false, sight.blind)) ||
      (control && covered(at, control, true, sight.blind))
    if (over) return over.topLayer ? 'top-layer' : 'covered'
    // A field that is out of view is not what the person acts on.
    if (control && !inside(control, look.seen)) return 'not-visible'
  }
  return null
}

export interface Level {
  /** The element, then the frame element that shows its document, and so on outwards. */
  readonly at: Element
  readonly look: Upwards
  readonly control: Area | undefined
}

/** The documents around an element, as far as a content script may look. */
export function* levels(element: Element, control?: Area): Generator<Level> {
  let area = areaOf(element)
  for (let at: Element | null = element; at;) {
    const look = upwards(at, area)
    yield { at, look, control }
    const frame = outerFrame(at)
    if (frame) {
      area = outside(look.seen, frame)
      control = control && outside(control, frame)
    }
    at = frame
  }
}

export interface Upwards {
  readonly opacity: number
  readonly altered: boolean
  /** A scrolling box around it is too small to see the frame for what it is. */
  readonly sliced: boolean
  /** What is not scrolled away. Empty where all of it is. */
  readonly seen: Area
}

/** What an element's ancestors in its document do to how it looks, itself included. */
function upwards(element: Element, area: Area): Upwards {
  let opacity = 1
  let changed = false
  let sliced = false
  let seen = common(area, viewport(element.ownerDocument))
  // Until the box that an out-of-flow ancestor is placed by, scrolling boxes don't cut it.
  let free: string | undefined
  for (let at: Element | null = element; at; at = drawnParent(at)) {
    const style = styleOf(at)
    opacity *= Number(style.opacity)
    changed ||= altered(style)
    if (free !== undefined && (isPlacing(style) || (free === 'absolute' && style.position !== 'static')))
      free = undefined
    if (free === undefined && at !== element && !isWindow(at) && scrolls(style)) {
      const box = areaOf(at)
      sliced ||=
        width(box) < Math.min(smallestWindow.width, width(area)) ||
        height(box) < Math.min(smallestWindow.height, height(area))
      seen = common(seen, box)
    }
    if (style.position === 'fixed' || (style.position === 'absolute' && free === undefined))
      free = style.position
  }
  return { opacity, altered: changed, sliced, seen }
}

const styleOf = (element: Element) => (element.ownerDocument.defaultView ?? window).getComputedStyle(element)

/** By a person: what is cut off by `hidden` or `clip` is gone, and counts as covered. */
const scrolls = ({ overflowX, overflowY }: CSSStyleDeclaration) =>
  /auto|scroll/.test(`${overflowX} ${overflowY}`)

/** The root, and a body without a box of its own to scroll in: what they say of scrolling is said of the window. */
const isWindow = (element: Element) =>
  element === element.ownerDocument.documentElement ||
  (element === element.ownerDocument.body &&
    styleOf(element.ownerDocument.documentElement).overflow === 'visible')

/** Boxes that place even `position: fixed`. */
const isPlacing = ({ transform, filter, contain }: CSSStyleDeclaration) =>
  transform !== 'none' || filter !== 'none' || /paint|layout|strict|content/.test(contain)

const inside = (part: Area, whole: Area) =>
  part.left >= whole.left - 1 &&
  part.right <= whole.right + 1 &&
  part.top >= whole.top - 1 &&
  part.bottom <= whole.bottom + 1
