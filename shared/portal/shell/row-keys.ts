import type { RefObject } from 'preact'
import { useKeys } from '../keys.ts'

/** Moving through the rows of a list: j and k, arrows; / goes to the search. Enter is the link's own. */
export function useRowKeys(
  rows: RefObject<HTMLElement | null>,
  search?: RefObject<HTMLInputElement | null>,
): void {
  const move = (by: 1 | -1) => () => {
    const links = [...(rows.current?.querySelectorAll<HTMLElement>('a[data-row]') ?? [])]
    const focused = links.findIndex((link) => link === document.activeElement)
    const open = links.findIndex((link) => link.getAttribute('aria-current') === 'true')
    const from = focused >= 0 ? focused : open
    const next = from < 0 ? links[0] : links[Math.min(Math.max(from + by, 0), links.length - 1)]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }
  // Arrows scroll where something else has the focus, as everybody is used to.
  const arrow = (by: 1 | -1) => (event: KeyboardEvent) => {
    const inList = event.target === document.body || rows.current?.contains(event.target as Node)
    if (inList) move(by)()
  }
  useKeys({
    j: move(1),
    k: move(-1),
    ArrowDown: arrow(1),
    ArrowUp: arrow(-1),
    ...(search ? { '/': () => search.current?.focus() } : {}),
  })
}
