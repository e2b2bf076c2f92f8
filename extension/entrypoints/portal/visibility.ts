/** IntersectionObserver v2, Chromium only (w3c.github.io/IntersectionObserver/v2). */
interface VisibilityOptions extends IntersectionObserverInit {
  readonly trackVisibility: true
  /** ms; at least 100. */
  readonly delay: number
}

/**
 * Whether the browser vouches that `element` is seen as it is: not covered, faded, filtered or turned by any document
 * around. Undefined where it can't say (Firefox). It may say no for harmless things as well, such as an empty layer
 * over the page: a no is a reason to look closer, a yes can be relied on. Asked once for each thing that matters,
 * for it costs the page (webmail.md, section 1).
 */
export function reallyVisible(element: Element, patience = 1000): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    const options: VisibilityOptions = { trackVisibility: true, delay: 100 }
    const observer = new IntersectionObserver((entries) => {
      const last = entries.at(-1)
      done(last && 'isVisible' in last ? Boolean(last.isVisible) : undefined)
    }, options)
    const done = (answer: boolean | undefined) => {
      observer.disconnect()
      clearTimeout(timer)
      resolve(answer)
    }
    // No frame is drawn, no answer comes: nothing is vouched for.
    const timer = setTimeout(() => done(false), patience)
    observer.observe(element)
  })
}
