/** Arrows, Home and End through the rows of a list; Enter is the row's own. */
export function moveInRows(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const rows = [...event.currentTarget.querySelectorAll('button')]
  const at = rows.findIndex((row) => row === document.activeElement)
  const to = {
    ArrowDown: Math.min(at + 1, rows.length - 1),
    ArrowUp: Math.max(at - 1, 0),
    Home: 0,
    End: rows.length - 1,
  }[event.key]
  if (to === undefined) return
  event.preventDefault()
  rows[to]?.focus()
  rows[to]?.scrollIntoView({ block: 'nearest' })
}
