/**
 * Gives a shadow root its style. A constructed sheet, which no Content-Security-Policy of a page forbids; where a
 * browser does not let a content script adopt one, a style element, which only strict pages refuse.
 *
 * Threat: the style of a hostile mail or page. `!important` inside a shadow root wins over `!important` outside
 * (css-cascade-4, context), so a rule of `hostStyle` cannot be undone from the page; lengths are px, for `rem` is
 * the page's.
 */
export function dress(root: ShadowRoot, css: string): void {
  const { ownerDocument: document } = root
  try {
    // The sheet must be of the document's own window: badges in a frame, the portal outside of it.
    const Sheet = document.defaultView?.CSSStyleSheet ?? CSSStyleSheet
    const sheet = new Sheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
  } catch {
    // Firefox before it allowed this through Xray wrappers.
    const style = document.createElement('style')
    style.textContent = css
    root.append(style)
  }
}

/** Takes back everything a page has said of our host. @param display of the host. */
export const hostStyle = (display: string, more = ''): string => `
:host{all:initial!important;display:${display}!important;${more}}
@media print{:host{display:none!important}}
*{box-sizing:border-box}`

/** Grounds and inks, as in shared/ui/tokens.css, by what lies behind. */
export const palette = `
.light{--paper:oklch(1 0 0);--ink:oklch(.25 .018 215);--grey:oklch(.47 .016 213);--accent:oklch(.44 .078 200);--soft:oklch(.95 .014 200);--red:oklch(.5 .175 27);--red-soft:oklch(.95 .025 25);--amber:oklch(.51 .105 68)}
.dark{--paper:oklch(.215 .012 215);--ink:oklch(.935 .006 210);--grey:oklch(.755 .012 210);--accent:oklch(.78 .088 192);--soft:oklch(.28 .03 200);--red:oklch(.76 .125 24);--red-soft:oklch(.28 .04 25);--amber:oklch(.83 .11 80)}`

/** An element of ours in a page: a span or a div, for a custom element would run the page's own code. */
export function createHost(
  document: Document,
  kind: 'span' | 'div',
): { host: HTMLElement; root: ShadowRoot } {
  const host = document.createElement(kind)
  host.setAttribute(hostAttribute, String(Date.now()))
  return { host, root: host.attachShadow({ mode: 'closed', delegatesFocus: true }) }
}

/** By this, what an earlier content script has left behind is found: ms since 1970 of its making. */
export const hostAttribute = 'data-postern'
