import type { PageWords } from '../protocol.ts'
import type { Handle } from './opener.ts'
import { picture } from './pictures.ts'
import { createHost, dress, hostStyle, palette } from './style.ts'

export interface ReplyBarOptions {
  readonly document: Document
  readonly words: PageWords
  readonly host: string
  readonly ground: 'light' | 'dark'
  /** A person takes the offer. */
  readonly pressed: (bar: Handle) => void
  readonly dismissed: () => void
}

const css =
  (): string => `${hostStyle('block', 'clear:both!important;margin:8px 0!important;position:sticky!important;top:8px!important;z-index:2!important')}${palette}
:host([data-open]){position:static!important}
div{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center;padding:8px 12px;border:1px solid var(--accent);border-radius:8px;background:var(--soft);color:var(--ink);font:400 13px/20px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;text-align:start}
svg{flex:none;width:16px;height:16px;color:var(--accent)}
p{flex:1 1 180px;margin:0;min-width:0;overflow-wrap:anywhere}
button{all:unset;box-sizing:border-box;min-height:36px;padding:6px 12px;border-radius:8px;cursor:pointer;font-weight:600;color:var(--accent);text-align:center}
.answer{background:var(--accent);color:var(--paper)}
button:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
@media (pointer:coarse){button{min-height:44px}}
@media (forced-colors:active){div{border-color:CanvasText}button{border:1px solid ButtonText;background:ButtonFace;color:ButtonText}}`

/** The offer to answer securely, above the mail a person is writing: it takes no focus and stops nobody. */
export function createReplyBar(options: ReplyBarOptions): Handle {
  const { document, words, ground } = options
  const { host, root } = createHost(document, 'div')
  dress(root, css())
  const bar = document.createElement('div')
  bar.className = ground
  bar.dir = words.direction
  bar.lang = words.language
  bar.setAttribute('role', 'group')
  const text = document.createElement('p')
  text.textContent = words.replyOffer.replaceAll('{host}', options.host)
  bar.setAttribute('aria-label', text.textContent)
  const answer = button(document, words.replyAnswer, () => options.pressed(handle))
  answer.className = 'answer'
  bar.append(picture(document, 'mark'), text, answer, button(document, words.replyDismiss, options.dismissed))
  root.append(bar)
  const handle: Handle = {
    host,
    expanded(open) {
      answer.setAttribute('aria-expanded', String(open))
      // In sight while it offers: webmails put the cursor below the quote. Never over what it has opened.
      host.toggleAttribute('data-open', open)
    },
  }
  return handle
}

function button(document: Document, says: string, pressed: () => void): HTMLButtonElement {
  const made = document.createElement('button')
  // Never the form's own submit.
  made.type = 'button'
  made.textContent = says
  made.addEventListener('click', (event) => {
    event.stopPropagation()
    if (event.isTrusted) pressed()
  })
  return made
}
