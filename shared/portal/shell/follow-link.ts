/**
 * A plain click on a link of ours moves inside the page; with a modifier or another button the browser does as it
 * always does (new tab, new window).
 */
export function followLink(go: () => void): (event: MouseEvent) => void {
  return (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go()
  }
}
