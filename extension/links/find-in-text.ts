import { marker } from '../../shared/link/index.ts'
import type { Found } from '../protocol.ts'
import { parse } from './address.ts'
import { destination, type Rewritten } from './destination.ts'

export interface FoundInText extends Found {
  /** Offset in the text, just behind it: where a badge may stand. */
  readonly end: number
}

/**
 * What mail programs put into long words, at any place: soft hyphens, characters without width, and line breaks with
 * the spaces and quote marks (`>`, `|`) of the next line. At most 16 of them at a place; spaces alone break a word.
 */
const gap = '[\\s>|\\u00AD\\u200B-\\u200F\\u2060-\\u2064\\uFEFF]{0,16}'
const gaps = /[ \t\u00A0]*\r?\n[\s>|]*|[\u00AD\u200B-\u200F\u2060-\u2064\uFEFF]/g

const start = Array.from(marker).join(gap)
const starts = new RegExp(start, 'g')
const field = (characters: string, least: number, most: number) =>
  `${gap}\\.(?:${gap}[${characters}]){${least},${most}}`
/** Payload and signature have one length, so a token ends where it ends, whatever the next line begins with. */
const wrappedToken = new RegExp(
  start + field('a-z0-9', 1, 16) + field('\\w-', 67, 67) + field('\\w-', 86, 86),
  'y',
)
const token = /^postern1\.[a-z0-9]{1,16}\.[\w-]{67}\.[\w-]{86}$/

/** How far a URL may reach to either side of its marker, and how many markers of one text are looked at. */
const reach = 4000
const most = 200
const sophos = /https?:\/\/[a-z0-9-]+\.protection\.sophos\.com\/[!#-&(-;=?-_a-{}~]+/gi

/**
 * Links and codes that stand in a text, in its order. A URL may have anything of URLs before and behind the marker (it
 * may be a rewritten one) and ends before closing punctuation; only its token, or the place just before the token, may
 * be wrapped. A code is a whole token with nothing of a word around it. A host without `https://` before the token
 * counts as `https`. Not read: a token broken by spaces, by quoted-printable, or cut by an ellipsis.
 */
export function findInText(text: string, options: Rewritten = { unwrap: true }): FoundInText[] {
  // Most texts of a page end here.
  if (text.length < 20 || !text.includes('1')) return []
  const found: FoundInText[] = []
  let after = 0
  let looks = 0
  for (const { index } of text.matchAll(starts)) {
    if (index < after) continue
    // Threat: a text made to keep the page busy.
    if (looks++ === most) break
    const one = findAt(text, index, after, options)
    if (!one) continue
    found.push(one)
    after = one.end
  }
  // The one rewriter that leaves no marker to see.
  for (const { 0: address, index } of text.matchAll(sophos)) {
    const value = read(address, options)
    if (value?.includes(marker)) found.push({ kind: 'link', value, end: index + address.length })
  }
  return found.sort((one, other) => one.end - other.end)
}

function findAt(text: string, at: number, from: number, options: Rewritten): FoundInText | undefined {
  const code = tokenAt(text, at)
  const behind = at + (code?.size ?? 0)
  const tail =
    /^[!#-&(-;=?-_a-{}~]*/.exec(text.slice(behind, behind + reach))?.[0].replace(/[.,;:!?)\]}*]+$/, '') ?? ''
  const end = behind + tail.length
  const before = text.slice(Math.max(from, at - reach), at)
  const base = baseOf(before)
  if (base !== undefined) {
    const value = read(base + (code?.token ?? '') + tail, options)
    return value?.includes(marker) ? { kind: 'link', value, end } : undefined
  }
  // Part of a longer word, of a path or of a query is no code.
  if (!code || tail !== '' || /[\w./=%@&?#~+-]$/.test(before)) return undefined
  return { kind: 'code', value: code.token, end }
}

function tokenAt(text: string, at: number): { token: string; size: number } | undefined {
  wrappedToken.lastIndex = at
  const raw = wrappedToken.exec(text)?.[0]
  const joined = raw?.replace(gaps, '')
  return raw !== undefined && joined !== undefined && token.test(joined)
    ? { token: joined, size: raw.length }
    : undefined
}

/** What of a URL stands before the marker: on its line, or at the end of the line before where that ends in `/`. */
function baseOf(before: string): string | undefined {
  const lines = before.replace(/[\u00AD\u200B-\u200F\u2060-\u2064\uFEFF]/g, '').split(/\r?\n/)
  const line = lines.at(-1) ?? ''
  const [, url, bare] =
    /(?:(https?:\/\/[^\s<>"'`|]+)|(?<![^\s<>"'`|([{])((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\/[^\s<>"'`|]*))$/i.exec(
      line,
    ) ?? []
  if (url !== undefined) return url
  const above = /https?:\/\/[^\s<>"'`|]+(?=\s*$)/i.exec(lines.at(-2) ?? '')?.[0]
  const [, alone] = /^[\s>|]*((?:m\/)?)$/.exec(line) ?? []
  if (alone !== undefined) return above?.endsWith('/') ? above + alone : undefined
  // Below an unfinished URL this may be the rest of its host: no host to speak of.
  return bare && !above ? `https://${bare}` : undefined
}

function read(address: string, options: Rewritten): string | undefined {
  const url = parse(address)
  return url && destination(url, options)
}
