/**
 * Upwards from an element as it is drawn, not as it is written: through slots and shadow roots. Threat: a page may
 * give an ancestor a closed shadow root and fade the slot in it.
 */
export function drawnParent(node: Element): Element | null {
  const parent = node.parentElement
  if (!parent) {
    const root = node.getRootNode()
    // No instanceof: the portal may stand in the page around the mail's frame, which has classes of its own.
    return 'host' in root ? (root as ShadowRoot).host : null
  }
  return node.assignedSlot ?? slotIn(parent, node) ?? parent
}

/** The slot of a shadow root that the page has closed: only extensions may look, each browser in its own way. */
function slotIn(parent: Element, node: Element): Element | undefined {
  const slots = shadowOf(parent)?.querySelectorAll('slot')
  return slots && Array.from(slots).find((slot) => slot.assignedElements().includes(node))
}

/** Its shadow root, even one that the page has closed. */
export function shadowOf(element: Element): ShadowRoot | null | undefined {
  // Of a content script's own surroundings; a page that the tests drive has none of it.
  const { chrome } = globalThis as { chrome?: { dom?: { openOrClosedShadowRoot?: Look } } }
  const { openOrClosedShadowRoot: own } = element as { openOrClosedShadowRoot?: ShadowRoot | null }
  if (own !== undefined) return own
  // It refuses what is no HTML element, and those have no shadow.
  if (!('innerText' in element)) return null
  return chrome?.dom?.openOrClosedShadowRoot?.(element as HTMLElement) ?? element.shadowRoot
}

type Look = (element: HTMLElement) => ShadowRoot | null

/** Whether `ancestor` has `node` inside, through shadow roots. */
export function holds(ancestor: Element, node: Element): boolean {
  for (let at: Element | null = node; at; at = drawnParent(at)) if (at === ancestor) return true
  return false
}

/** The frame element that shows this element's document, where the page around may be looked at. */
export function outerFrame(element: Element): Element | null {
  try {
    return element.ownerDocument.defaultView?.frameElement ?? null
  } catch {
    // Another site's page is around: only the browser could tell (visibility.ts in the frame asks it).
    return null
  }
}
