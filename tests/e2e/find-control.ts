/** Runs in the page. The accessible name as far as our own pages use it: aria-labelledby, aria-label, label, text, title. */
export function findControl(source: string, role: string): Element | null {
  const kinds: Record<string, string> = {
    button: 'button, [role="button"], input[type="submit"]',
    link: 'a[href], [role="link"]',
    textbox:
      'input:not([type="checkbox"], [type="radio"], [type="file"], [type="submit"]), textarea, [contenteditable="true"], [contenteditable=""]',
    radio: 'input[type="radio"], [role="radio"]',
    checkbox: 'input[type="checkbox"], [role="checkbox"], [role="switch"]',
    file: 'input[type="file"]',
  }
  const textOf = (element: Element): string => {
    // A cast at the edge: the clone of an element is one.
    const copy = element.cloneNode(true) as Element
    for (const hidden of copy.querySelectorAll('[aria-hidden="true"]')) hidden.remove()
    return copy.textContent
  }
  const nameOf = (element: Element): string => {
    const ids = element.getAttribute('aria-labelledby')?.split(/\s+/) ?? []
    const byIds = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
    const labels = 'labels' in element ? Array.from((element as HTMLInputElement).labels ?? []) : []
    const label = element.getAttribute('aria-label') ?? labels.map(textOf).join(' ')
    return (
      [byIds, label, textOf(element), element.getAttribute('title') ?? ''].find((one) => one.trim() !== '') ??
      ''
    )
  }
  const wanted = new RegExp(source)
  return (
    Array.from(document.querySelectorAll(kinds[role] ?? role)).find((element) => {
      if (element.closest('[inert]') !== null || element.matches(':disabled, [aria-disabled="true"]'))
        return false
      // A file field is reached through the button beside it, and itself never seen.
      if (role !== 'file' && !element.checkVisibility({ visibilityProperty: true })) return false
      return wanted.test(nameOf(element).replaceAll(/\s+/g, ' ').trim())
    }) ?? null
  )
}

/** Runs in the page, for the message of a failed test. */
export function allControls(): string {
  const all = Array.from(
    document.querySelectorAll('button, a[href], input, textarea, [contenteditable="true"]'),
  )
  const words = all.map(
    (one) => one.getAttribute('aria-label') ?? `${one.localName} ${one.textContent.trim()}`,
  )
  return `has ${words.join(', ')}${document.querySelector('[inert]') ? ' (some of it inert)' : ''}`
}
