/** Space below what floats, so that its shadow is not cut off; px. */
const below = 16

/**
 * Tells how high a page must be for all that is in it: what flows, open dialogs, open menus. Asked again whenever
 * something of it changes. Returns what ends it.
 */
export function watchHeight(
  document: Document,
  root: Element,
  changed: (height: number) => void,
): () => void {
  let told = 0
  let waiting = false
  const measure = () => {
    waiting = false
    const height = Math.ceil(wishedHeight(document, root))
    if (height === told) return
    told = height
    changed(height)
  }
  const soon = () => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(measure)
  }
  const sizes = new ResizeObserver(soon)
  sizes.observe(root)
  const floating = new MutationObserver(() => {
    for (const sheet of document.querySelectorAll('dialog[open] > *')) sizes.observe(sheet)
    soon()
  })
  floating.observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['open', 'hidden'],
  })
  soon()
  return () => {
    sizes.disconnect()
    floating.disconnect()
  }
}

function wishedHeight(document: Document, root: Element): number {
  const scrolled = document.documentElement.scrollTop
  const heights = [root.getBoundingClientRect().bottom + scrolled]
  for (const sheet of document.querySelectorAll('dialog[open] > *'))
    heights.push(sheet.scrollHeight + 2 * below)
  for (const list of document.querySelectorAll('.menu__list')) {
    const { top } = list.getBoundingClientRect()
    heights.push(top + scrolled + list.scrollHeight + below)
  }
  return Math.max(...heights)
}
