interface EdgeProps {
  /** Which end of the frame it stands at. */
  at: 'before' | 'after'
  /** Tab went past the last control, or back past the first. */
  trail: FocusTrail
  onLeave: (to: 'after' | 'before') => void
}

/** Controls that Tab reaches, as far as the frame's ends are concerned. */
const controls =
  'a[href], button:not(:disabled), input:not(:disabled, [type="hidden"], [tabindex="-1"]), select, textarea, iframe, summary, [tabindex="0"]'

/**
 * An end of the frame: unseen, takes the focus that goes past it. Coming from inside the focus goes to the page
 * around; coming from outside it goes to the control nearest to this end.
 */
export function Edge({ at, trail, onLeave }: EdgeProps) {
  const focused = (event: FocusEvent & { currentTarget: HTMLElement }) => {
    const end = event.currentTarget
    if (event.relatedTarget instanceof Node || trail.fromInnerFrame()) {
      onLeave(at)
      return
    }
    const all = Array.from(end.ownerDocument.querySelectorAll<HTMLElement>(controls)).filter(
      (one) =>
        !one.dataset['edge'] && one.checkVisibility({ visibilityProperty: true }) && !one.closest('[inert]'),
    )
    all.at(at === 'before' ? 0 : -1)?.focus()
  }
  return <div class="unseen" tabIndex={0} data-edge={at} onFocus={focused} />
}

export interface FocusTrail {
  /** True where the focus was in a frame of this page (a message's) until now. */
  fromInnerFrame(): boolean
}

/** Notes where the focus was: out of a message's frame no event tells. */
export function followFocus(window: Window): FocusTrail {
  let inner = false
  window.addEventListener('blur', () => {
    // The focus is in its new place only after the window has lost it.
    setTimeout(() => {
      inner = window.document.activeElement instanceof HTMLIFrameElement
    })
  })
  window.document.addEventListener('focusin', () => {
    // Whoever takes the focus now may still ask; then it is over.
    setTimeout(() => {
      inner = false
    })
  })
  return { fromInnerFrame: () => inner }
}
