import { bodySelector } from './adapters.ts'
import { frameAround, parentOf } from './ground.ts'

/** Where the portal stands: as a child of `parent`, before one of its children or at its end. */
export interface Place {
  readonly parent: Element
  readonly before: Node | null
}

/** Where nothing may be put in: a person would send it, or nobody would see it. */
const closedTo =
  '[contenteditable]:not([contenteditable="false" i]),textarea,input,select,option,button,title,script,style,template,noscript,head'

/** Whether a badge may stand beside a node. */
export function mayStandAt(node: Node): boolean {
  const element = node.parentElement
  if (!element) return node.getRootNode() instanceof ShadowRoot
  return element.ownerDocument.designMode !== 'on' && !element.closest(closedTo)
}

/** What has the flow of a page of its own, outermost last, where nothing is known of it. */
const landmarks =
  'article,main,section,dialog,body,[role="main"],[role="article"],[role="document"],[role="dialog"],[role="region"],[role="tabpanel"]'

/**
 * Where the portal opens for a link: before the mail's body, never in it, for the body is an attacker's HTML.
 * - A body that an adapter knows: before the outermost of it.
 * - A document that is all body, in a frame of the same origin (Proton, Zimbra): before the frame, in the document
 *   around it, where there is room and no mail.
 * - The same from another origin (iCloud, mail.com): at the top of the frame, which nothing of the mail precedes.
 *   The document around it can't be reached but in the page's sight. Where the frame is too small, the guard opens a
 *   window (mount.ts).
 * - Any other page: before the block with the link, below the nearest landmark.
 */
export function portalPlace(link: Element): Place {
  const { ownerDocument: document } = link
  const body = outermostBody(link)
  if (body) return stackedBefore(body)
  const window = document.defaultView
  const frame = window && frameAround(window)
  if (frame) return stackedBefore(outermostBody(frame) ?? frame)
  if (window && window.parent !== window) return { parent: document.body, before: document.body.firstChild }
  let block = link
  for (let above = parentOf(block); above && !above.matches(landmarks); above = parentOf(block)) block = above
  return stackedBefore(block)
}

/** The outermost body of a mail around an element, where an adapter knows it. */
export function outermostBody(link: Element): Element | undefined {
  let body: Element | undefined
  for (let above: Element | null = link; above; above = parentOf(above))
    if (above.matches(bodySelector)) body = above
  return body
}

/** Before an element, as near as its parents stack their children: beside it, in a row, would be narrow. */
export function stackedBefore(element: Element): Place {
  let child = element
  for (let steps = 0; steps < 8; steps++) {
    const parent = parentOf(child)
    if (!parent || parent.localName === 'html') break
    if (child.parentElement && stacks(parent)) return { parent, before: child }
    child = parent
  }
  const { body } = element.ownerDocument
  return { parent: body, before: child.parentNode === body ? child : body.firstChild }
}

function stacks(parent: Element): boolean {
  const window = parent.ownerDocument.defaultView
  if (!window) return false
  const { display, flexDirection } = window.getComputedStyle(parent)
  if (display.endsWith('flex')) return flexDirection.startsWith('column')
  return ['block', 'flow-root', 'list-item', 'table-cell', 'inline-block'].includes(display)
}
