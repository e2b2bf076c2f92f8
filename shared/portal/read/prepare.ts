import type { ResolvePicture } from './css.ts'
import { foldEarlier } from './fold-earlier.ts'
import { quiet } from './quiet.ts'
import { StyleRules } from './style-rules.ts'
import { type Link, readLink, shownHost } from './link.ts'

export interface PrepareWords {
  /** Summary of the folded earlier messages; undefined where nothing is to fold. */
  readonly earlier: string | undefined
  /** Shown behind a link whose text names another host than it leads to. */
  readonly leadsTo: (host: string) => string
}

export interface Prepared {
  /** HTML of the body, rearranged but NOT yet clean: DOMPurify comes after, last. */
  readonly html: string
  /** Clean CSS: the style elements, then what stood in style attributes. */
  readonly css: string
  /** Classes of the message's body, for its own style sheet. */
  readonly bodyClass: string
  /** True where the message sets colours of its own. */
  readonly colours: boolean
}

/**
 * Parses a message in a document that belongs to no page (nothing loads, nothing runs) and rearranges what a frame
 * without inline styles and without network needs: styles become rules, pictures become `data:` or a place for one,
 * links say where they lead, and earlier messages fold.
 */
export function prepare(html: string, resolve: ResolvePicture, words: PrepareWords): Prepared {
  const doc = new DOMParser().parseFromString(quiet(html), 'text/html')
  const sheets = Array.from(doc.querySelectorAll('style, script[x-sheet]'))
  const styles = new StyleRules(resolve)
  for (const sheet of sheets) styles.addSheet(sheet.textContent, sheet.getAttribute('media'))
  for (const element of Array.from(
    doc.querySelectorAll('style, script, template, noscript, svg, math, wbr[x-void]'),
  ))
    element.remove()

  const body = doc.body
  if (words.earlier !== undefined) foldEarlier(body, words.earlier)
  const bodyClass = body.getAttribute('class') ?? ''
  styles.addBody(body)
  for (const element of Array.from(body.querySelectorAll('*'))) {
    styles.moveAttribute(element)
    if (element.localName === 'img' || element.localName === 'image') showPicture(element, resolve)
    else if (element.localName === 'a' || element.localName === 'area') showLink(element, words)
  }
  return { html: body.innerHTML, css: styles.text(), bodyClass, colours: styles.colours }
}

function showPicture(element: Element, resolve: ResolvePicture): void {
  const shown = resolve(element.getAttribute('src') ?? '')
  element.removeAttribute('srcset')
  if (shown !== undefined) {
    element.setAttribute('src', shown)
    return
  }
  // One pixel for counting readers is no picture: it leaves no gap.
  const size = (name: string) => Number.parseInt(element.getAttribute(name) ?? '', 10)
  const alt = (element.getAttribute('alt') ?? '').trim()
  if (size('width') <= 2 || size('height') <= 2 || alt === '') {
    element.remove()
    return
  }
  const place = element.ownerDocument.createElement('span')
  place.className = 'postern-picture'
  place.textContent = alt
  element.replaceWith(place)
}

function showLink(element: Element, words: PrepareWords): void {
  const link: Link | undefined = readLink(element.getAttribute('href') ?? '')
  element.removeAttribute('href')
  element.removeAttribute('title')
  if (link === undefined) return
  element.setAttribute('href', link.href)
  element.setAttribute('title', link.where)
  element.setAttribute('target', '_blank')
  element.setAttribute('rel', 'noopener noreferrer')
  const claimed = shownHost(element.textContent)
  if (link.host === undefined || claimed === undefined || sameSite(claimed, link.host)) return
  const note = element.ownerDocument.createElement('span')
  note.className = 'postern-leads-to'
  note.textContent = ` ${words.leadsTo(link.host)}`
  element.after(note)
}

const sameSite = (claimed: string, real: string) =>
  claimed === real || real.endsWith(`.${claimed}`) || claimed === `www.${real}`
