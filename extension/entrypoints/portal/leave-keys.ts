/**
 * Escape closes the frame, but only where it means nothing nearer: no dialog or menu is open, and nobody else took
 * it. Returns what ends it.
 */
export function closeByEscape(document: Document, close: () => void): () => void {
  let nearer = false
  // Before anybody acts on it: a menu is gone when the key has come all the way up.
  const before = (event: KeyboardEvent) => {
    if (event.key === 'Escape') nearer = document.querySelector('dialog[open], [role="menu"]') !== null
  }
  const after = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || nearer) return
    event.preventDefault()
    close()
  }
  document.addEventListener('keydown', before, { capture: true })
  document.addEventListener('keydown', after)
  return () => {
    document.removeEventListener('keydown', before, { capture: true })
    document.removeEventListener('keydown', after)
  }
}

/** No plain click leads out of this page: a link without another tab to go to would put the web into the frame. */
export function keepInside(document: Document): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0)
      return
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null
    if (!(link instanceof HTMLAnchorElement)) return
    const href = link.getAttribute('href') ?? ''
    if (link.target === '_blank' || href.startsWith('#') || href.startsWith('blob:')) return
    event.preventDefault()
  })
}
