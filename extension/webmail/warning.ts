import type { PageWords } from '../protocol.ts'
import { type Shown, facesOf } from './badge.ts'
import { picture } from './pictures.ts'
import { createHost, dress, hostStyle, palette } from './style.ts'

const css =
  (): string => `${hostStyle('block', 'clear:both!important;margin:8px 0!important;max-width:640px!important;position:static!important')}${palette}
div{display:flex;gap:10px;align-items:flex-start;padding:10px 12px;border:2px solid var(--red);border-inline-start-width:8px;border-radius:2px;background:var(--red-soft);color:var(--ink);font:400 15px/22px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;text-align:start}
svg{flex:none;width:22px;height:22px;color:var(--red)}
p{margin:0;min-width:0;overflow-wrap:anywhere}
strong{display:block;font-weight:700;color:var(--red)}
@media (forced-colors:active){div{border-color:CanvasText;background:Canvas;color:CanvasText}strong,svg{color:CanvasText}}`

/** Stands above a look-alike's link, so that it is read, and heard, before the link is. No dialog: nobody is stopped. */
export function createWarning(
  document: Document,
  shown: Shown,
  words: PageWords,
  ground: 'light' | 'dark',
): HTMLElement {
  const { host, root } = createHost(document, 'span')
  dress(root, css())
  const { says, title, drawn } = facesOf(shown, words)
  const bar = document.createElement('div')
  bar.className = ground
  bar.dir = words.direction
  bar.lang = words.language
  bar.setAttribute('role', 'note')
  const strong = document.createElement('strong')
  strong.textContent = says
  const text = document.createElement('p')
  text.append(strong, title)
  bar.append(picture(document, drawn), text)
  root.append(bar)
  return host
}
