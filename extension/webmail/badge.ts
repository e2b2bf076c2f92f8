import type { PageWords, Verdict } from '../protocol.ts'
import { type Picture, picture } from './pictures.ts'
import { createHost, dress, hostStyle, palette } from './style.ts'

/** What is shown of a verdict; `none` shows nothing and has no badge. */
export type Shown = Exclude<Verdict, { state: 'none' }>

export interface Badge {
  /** Stands in the page, beside the link; its closed shadow root holds no secret. */
  readonly host: HTMLElement
  /** What it opens is open, or is being opened. */
  readonly expanded: (open: boolean) => void
}

export interface BadgeOptions {
  readonly document: Document
  readonly shown: Shown
  readonly words: PageWords
  readonly ground: 'light' | 'dark'
  /** A person pressed it: a trusted event. */
  readonly pressed: () => void
}

const css =
  (): string => `${hostStyle('inline-block', 'vertical-align:middle!important;margin:2px 6px!important;max-width:100%!important;position:static!important')}${palette}
button{all:unset;box-sizing:border-box;display:inline-flex;align-items:center;gap:6px;max-width:100%;min-height:28px;padding:3px 10px 3px 7px;cursor:pointer;font:600 13px/18px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;text-align:start;border:1.5px solid var(--accent);border-radius:14px;background:var(--paper);color:var(--accent)}
button[dir=rtl]{padding:3px 7px 3px 10px}
svg{flex:none;width:16px;height:16px}
span{overflow-wrap:anywhere}
.genuine{background:var(--soft)}
.expired{border-color:var(--grey);background:var(--paper);color:var(--grey)}
.unknown{border:1.5px dashed var(--amber);border-radius:6px;color:var(--amber)}
.look-alike{border:2px solid var(--red);border-radius:2px;background:var(--red-soft);color:var(--red)}
button:hover{filter:brightness(.96)}
button:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
button[aria-expanded=true]{box-shadow:inset 0 0 0 1.5px currentColor}
@media (pointer:coarse){button{min-height:44px;min-width:44px;padding-inline:12px;border-radius:22px}.unknown{border-radius:8px}.look-alike{border-radius:2px}}
@media (forced-colors:active){button{border-color:ButtonText;color:ButtonText;background:ButtonFace}.look-alike{border-width:4px}.unknown{border-style:dashed}}`

/** The badge of a verdict: shape, words and colour say the same thing, each for itself. */
export function createBadge({ document, shown, words, ground, pressed }: BadgeOptions): Badge {
  const { host, root } = createHost(document, 'span')
  dress(root, css())
  const { look, drawn, says, title } = facesOf(shown, words)
  const button = document.createElement('button')
  button.type = 'button'
  button.className = `${look} ${ground}`
  button.dir = words.direction
  button.lang = words.language
  button.title = title
  button.setAttribute('aria-label', `${says}. ${title}`)
  button.setAttribute('aria-expanded', 'false')
  const text = document.createElement('span')
  text.textContent = says
  button.append(picture(document, drawn), text)
  button.addEventListener('click', (event) => {
    // Links and rows around the badge have handlers of their own; and a page may click, but not as a person.
    event.preventDefault()
    event.stopPropagation()
    if (event.isTrusted) pressed()
  })
  // Webmails have letters as shortcuts and open what is dragged or double-clicked.
  for (const type of ['keydown', 'keyup', 'keypress', 'mousedown', 'mouseup', 'dblclick', 'pointerdown'])
    button.addEventListener(type, (event) => event.stopPropagation())
  root.append(button)
  return { host, expanded: (open) => button.setAttribute('aria-expanded', String(open)) }
}

/** Class, picture and words of a verdict. */
export function facesOf(
  shown: Shown,
  words: PageWords,
): { look: string; drawn: Picture; says: string; title: string } {
  const fill = (text: string): string => text.replaceAll('{host}', shown.host ?? '')
  if (shown.state === 'look-alike')
    return {
      look: 'look-alike',
      drawn: 'octagon',
      says: fill(words.lookAlike),
      title: fill(shown.reason === 'not-signed' ? words.notSignedTitle : words.lookAlikeTitle),
    }
  if (shown.state === 'unknown')
    return {
      look: 'unknown',
      drawn: 'question',
      says: words.unknown,
      title: shown.host === null ? words.unknownCodeTitle : fill(words.unknownTitle),
    }
  const { expired } = shown
  return {
    look: expired ? 'expired' : 'genuine',
    drawn: expired ? 'ended' : 'mark',
    says: fill(expired ? words.expired : words.genuine),
    title: fill(words.genuineTitle),
  }
}
