import { type FoundInText, findInHref, findInText } from '../links/index.ts'
import type { Found, Verdict } from '../protocol.ts'
import { outermostBody } from './place.ts'
import { textAround } from './text-around.ts'

/** A marked link, or a code, at its place in the page. */
export interface Sighting {
  readonly found: Found
  /** The badge stands behind this: an anchor, or the text in which the link ends. */
  readonly at: Element | Text
  /** Offset in a text, just behind the link. */
  readonly end: number | null
  /** Of the anchor, as it was. */
  readonly href: string | null
  /** The mail it is part of, as far as that is known: one link is announced once in a mail. */
  readonly mail: Node
  verdict?: Verdict
  /** Takes up room on the page; a hidden link gets no badge. */
  rendered: boolean
  /** What lies behind it; known once it is rendered. */
  ground: 'light' | 'dark'
}

/**
 * A whole token. Lists of mails show the beginning of each, and cut links there; what is cut and can't be clicked
 * warns of nothing.
 */
const whole = /postern1\.[a-z0-9]{1,16}\.[\w-]{67}\.[\w-]{86}/

/** The background refuses longer ones, and with them all that was asked at once. */
const largest = 8000

/** Longer texts of anchors say nothing more. */
const longest = 4000

/** Address an anchor leads to, absolute; empty where none. SVG has anchors as well. */
export function hrefOf(anchor: Element): string {
  // `href` of an SVG anchor is an object; and mails' elements may be called anything.
  const { href } = anchor as { href?: unknown }
  return typeof href === 'string' ? href : (anchor.getAttribute('href') ?? '')
}

/** What of ours an anchor carries. */
export function sightAnchor(anchor: Element, unwrap: boolean): Sighting | undefined {
  const href = hrefOf(anchor)
  const found = findInHref(href, anchor.textContent.slice(0, longest), { unwrap })
  if (!found || found.value.length > largest || (found.shows ?? '').length > largest) return undefined
  return { found, at: anchor, end: null, href, mail: mailOf(anchor), rendered: false, ground: 'light' }
}

/** What of ours stands in the block of text around `text`. */
export function sightText(text: Text, unwrap: boolean): Sighting[] {
  const around = textAround(text)
  return findInText(around.text, { unwrap }).flatMap((found) => {
    if (!whole.test(found.value) || found.value.length > largest) return []
    const at = around.at(found.end)
    return at
      ? [
          {
            found: plain(found),
            at: at.text,
            end: at.end,
            href: null,
            mail: mailOf(text),
            rendered: false,
            ground: 'light',
          },
        ]
      : []
  })
}

/** Without its place: this goes to the background, and is compared. */
function plain({ kind, value, shows }: FoundInText): Found {
  return shows === undefined ? { kind, value } : { kind, value, shows }
}

function mailOf(node: Element | Text): Node {
  const element = node.nodeType === 1 ? (node as Element) : node.parentElement
  return (element && outermostBody(element)) ?? node.ownerDocument
}
