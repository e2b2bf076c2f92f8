/**
 * Text that others chose (names, subjects, reasons), made safe to stand in a notice: it can neither change the
 * direction or the lines around it, nor hide, nor carry a link, nor run on for ever.
 */

/** Longest name, subject and reason in a notice, in characters as people count them. */
const mostOfName = 60
const mostOfText = 200

/** One line without control, direction, invisible, private or unassigned characters, cut at `most` characters. */
export function cleanLine(text: string, most = mostOfText): string {
  const clean = text
    // Long input is cut first: what follows walks it several times.
    .slice(0, 4000)
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    // U+200C and U+200D shape Persian, Indic scripts and emoji; U+FE0E and U+FE0F choose a glyph. They stay.
    .replace(/(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Co}\p{Cn}]/gu, '')
    .replace(/\ufffd+/g, '')
    // A pile of marks on one letter covers the lines above and below.
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    // A link here would be the sender's, in a mail that people trust for its link. `[.]` keeps it readable.
    .replace(/(?:[a-z][a-z0-9+.-]*:\/\/|www\.)\S+/giu, '[…]')
    // An encoded-word (RFC 2047) is ASCII: it would stand in Subject as it is, and be decoded there.
    .replace(/=\?/g, '= ?')
    .replace(/\s+/gu, ' ')
    .trim()
  return cut(clean, most)
}

/** Somebody as shown in a notice. */
export interface ShownPerson {
  readonly address: string
  /** The name, or the address where there is none worth trusting. */
  readonly title: string
  /** A name that can stand alone. */
  readonly name?: string | undefined
  /** A name that looks like an address or a link; only ever shown beside the address, as what it is. */
  readonly claimed?: string | undefined
}

export function shownPerson(name: string, address: string): ShownPerson {
  const clean = cleanLine(name, mostOfName)
  const shownAddress = cleanLine(address, 320)
  if (clean === '' || clean.toLowerCase() === shownAddress.toLowerCase())
    return { address: shownAddress, title: shownAddress }
  if (pretends(clean)) return { address: shownAddress, title: shownAddress, claimed: clean }
  return { address: shownAddress, title: clean, name: clean }
}

/** A short name that stands in From: no address, no link in it. Empty where nothing is left. */
export function cleanName(name: string): string {
  const clean = cleanLine(name, mostOfName)
  return pretends(clean) ? '' : clean
}

/** Full-width and small forms (NFKC) of `@`, `<` and `.` count: people read them as such. */
function pretends(name: string): boolean {
  const plain = name.normalize('NFKC')
  return /[@<>[\]]/.test(plain) || /[\p{L}\p{N}][.。][\p{L}\p{N}-]{2,}/u.test(plain)
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)
  return characters.length <= most
    ? text
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
}

/** Marks a text of its own direction inside a sentence (FSI, PDI): cleaned text holds neither. */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`
}

/** Without the marks, for headers and the text part. */
export function withoutMarks(text: string): string {
  return text.replace(/[\u2068\u2069]/g, '')
}
