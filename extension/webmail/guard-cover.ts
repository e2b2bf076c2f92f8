import { type Area, height, points, width } from './guard-area.ts'
import { holds, shadowOf } from './guard-tree.ts'

/** Part of the visible area that may be covered: a sticky header, a toast, another mail being written in a corner. */
const tolerated = 1 / 3

/** Below this share of itself, what lies over a frame is as good as glass. */
const glass = 0.1

type Point = readonly [x: number, y: number]

export interface Cover {
  /** The page's own popover, dialog or full screen; else anything else. */
  readonly topLayer: boolean
}

/**
 * Whether something lies over `element` within `area`, as the page's own hit test sees it.
 *
 * @param exact nothing at all may, as over a password field; else a third may be covered.
 * @param blind what `pointer-events: none` hid is seen as well for now (see mount.ts): what paints nothing, such as a
 *   webmail's empty layer for its toasts, then does not count.
 */
export function covered(element: Element, area: Area, exact: boolean, blind = false): Cover | null {
  // Connected, so it is a document or a shadow root.
  const root = element.getRootNode() as Document | ShadowRoot
  const tried = grid(area, exact || blind ? close : sizeFor(root, area))
  let missed = 0
  let over: Element | undefined
  for (const [x, y] of tried) {
    const hit = blind
      ? firstPainted(root.elementsFromPoint(x, y), element, [x, y])
      : root.elementFromPoint(x, y)
    if (hit && (hit === element || element.contains(hit))) continue
    missed += 1
    over ??= hit ?? undefined
  }
  if (missed <= (exact ? 0 : tried.length * tolerated)) return null
  return { topLayer: over !== undefined && inTopLayer(over, element) }
}

/** Where to look: at least every 40 px, up to so many columns and rows. */
function grid(area: Area, [columns, rows]: Size): (readonly [number, number])[] {
  const steps = (length: number, most: number) => Math.min(most, Math.max(3, Math.ceil(length / 40)))
  return Array.from(points(area, steps(width(area), columns), steps(height(area), rows)))
}

type Size = readonly [columns: number, rows: number]
const close: Size = [10, 12]
const usual: Size = [6, 7]
/** On flat pages of ten thousands of nodes Chromium's hit test takes half a millisecond: this is done often. */
const quick: Size = [3, 3]
const slow = 0.2

function sizeFor(root: Document | ShadowRoot, area: Area): Size {
  const start = performance.now()
  root.elementFromPoint((area.left + area.right) / 2, (area.top + area.bottom) / 2)
  return performance.now() - start < slow ? usual : quick
}

/** What hit tests find over `element` within `area`, and what does not have it inside. */
export function layersOver(element: Element, area: Area): Set<Element> {
  const root = element.getRootNode() as Document | ShadowRoot
  const found = new Set<Element>()
  for (const [x, y] of grid(area, close)) {
    for (const hit of root.elementsFromPoint(x, y)) {
      if (hit === element || element.contains(hit)) break
      if (!holds(hit, element)) found.add(hit)
    }
  }
  return found
}

function inTopLayer(over: Element, element: Element): boolean {
  const layers = element.ownerDocument.querySelectorAll(':popover-open, dialog:modal, :fullscreen')
  return Array.from(layers).some((layer) => !holds(layer, element) && holds(layer, over))
}

function firstPainted(hits: readonly Element[], element: Element, at: Point): Element | null {
  let seen = 0
  for (const hit of hits) {
    if (hit === element || element.contains(hit)) return hit
    // Whatever the frame lies in is below it.
    if (holds(hit, element)) continue
    seen += weight(hit, at)
    if (seen >= glass) return hit
  }
  return null
}

/** How much of what is below it an element hides at a point: 0 to 1, and 1 where that would take long to tell. */
function weight(element: Element, at: Point): number {
  const view = element.ownerDocument.defaultView
  if (!view) return 1
  const root = shadowOf(element)
  const inside = root?.elementsFromPoint(...at).filter((one) => one.getRootNode() === root) ?? []
  const painted = [null, '::before', '::after'].map((pseudo) =>
    paint(view.getComputedStyle(element, pseudo), pseudo),
  )
  if (opaque.has(element.localName) || hasText(element)) painted.push(1)
  return Math.max(...painted) * opacity(element, view) + inside.reduce((sum, one) => sum + weight(one, at), 0)
}

/** Elements that draw something of their own. */
const opaque = new Set(
  'img picture video canvas svg iframe object embed input textarea select button meter progress'.split(' '),
)

function paint(style: CSSStyleDeclaration, pseudo: string | null): number {
  if (pseudo !== null && ['none', 'normal'].includes(style.content)) return 0
  if (pseudo !== null && /[^"']/.test(style.content)) return 1
  const drawn = [style.backgroundImage, style.backdropFilter, style.boxShadow, style.borderImageSource]
  if (drawn.some((value) => value && value !== 'none')) return 1
  return alpha(style.backgroundColor)
}

/** Of a computed colour: `rgba(0, 0, 0, 0)`, `oklch(1 0 0 / 0.5)`; those without a fourth part are opaque. */
function alpha(color: string): number {
  if (color === 'transparent') return 0
  const [, given] = /(?:rgba\((?:[^,]+,){3}|\/)\s*([\d.]+%?)\s*\)/.exec(color) ?? []
  return given === undefined ? 1 : parseFloat(given) / (given.endsWith('%') ? 100 : 1)
}

const hasText = (element: Element) =>
  Array.from(element.childNodes).some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim())

function opacity(element: Element, view: Window): number {
  let product = 1
  for (let at: Element | null = element; at; at = at.parentElement)
    product *= Number(view.getComputedStyle(at).opacity)
  return product
}
