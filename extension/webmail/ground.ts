/** Whether it is light or dark behind an element: what is really painted there, whatever a theme calls itself. */
export function groundBehind(element: Element): 'light' | 'dark' {
  const window = element.ownerDocument.defaultView
  if (!window) return 'light'
  for (let above: Element | null = element; above; above = parentOf(above)) {
    const painted = lightness(window.getComputedStyle(above).backgroundColor)
    if (painted !== undefined) return painted > 0.45 ? 'light' : 'dark'
  }
  // Nothing is painted up to the root: the canvas shows, or what lies behind this frame.
  const frame = frameAround(window)
  if (frame) return groundBehind(frame)
  const scheme = window.getComputedStyle(element.ownerDocument.documentElement).colorScheme
  const prefersDark = window.matchMedia('(prefers-color-scheme: dark)').matches
  return scheme.includes('dark') && (prefersDark || !scheme.includes('light')) ? 'dark' : 'light'
}

/** The frame element around a document, where its own document may be touched from here. */
export function frameAround(window: Window): Element | null {
  try {
    return window.frameElement
  } catch {
    // Cross-origin, in Firefox.
    return null
  }
}

/** The element above, out of a shadow root as well. */
export function parentOf(element: Element): Element | null {
  if (element.parentElement) return element.parentElement
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? root.host : null
}

/**
 * 0 (black) to 1 of a computed colour, or undefined where it is mostly transparent. Computed colours are `rgb()` or
 * `rgba()`, but for those written as `oklch()`, `lab()` and the like, where the first number says it.
 */
export function lightness(color: string): number | undefined {
  const numbers = Array.from(color.matchAll(/[\d.]+%?/g), ([text]) =>
    text.endsWith('%') ? parseFloat(text) / 100 : Number(text),
  )
  const [first = 0, second = 0, third = 0, alpha = 1] = numbers.slice(color.startsWith('color(') ? -4 : 0)
  if (numbers.length < 3 || alpha < 0.5) return undefined
  if (/^rgba?\(/.test(color)) return (0.2126 * first + 0.7152 * second + 0.0722 * third) / 255
  if (color.startsWith('color(')) return 0.2126 * first + 0.7152 * second + 0.0722 * third
  return /^ok/.test(color) ? first : first / 100
}
