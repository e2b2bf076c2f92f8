import { useEffect, useRef } from 'preact/hooks'

type Handlers = Readonly<Record<string, (event: KeyboardEvent) => void>>

/**
 * Single keys of a screen while it stands, by `KeyboardEvent.key`. They rest while something is typed, a dialog or a
 * menu is open, or a modifier is held (WCAG 2.1.4: only keys that mean nothing elsewhere on the page).
 */
export function useKeys(handlers: Handlers): void {
  const latest = useRef(handlers)
  latest.current = handlers
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
        return
      if (isTyping(event.target) || document.querySelector('dialog[open], [role="menu"]')) return
      const handler = latest.current[event.key]
      if (!handler) return
      event.preventDefault()
      handler(event)
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input, textarea, select')
}
