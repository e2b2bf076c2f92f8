/** A run of text, or a web address or mail address in it. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

/** Lines of one depth of quoting, in the order of the message. */
export interface TextBlock {
  /** How many `>` stood before each line; 0 is the sender's own text. */
  readonly depth: number
  readonly lines: readonly string[]
}

const quoteMarks = /^(?:>[ \t]?)+/

/** Takes a plain text apart into blocks of equal quoting (RFC 3676 section 4.5), marks removed. */
export function readText(text: string): TextBlock[] {
  const blocks: { depth: number; lines: string[] }[] = []
  for (const line of text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n')) {
    const marks = quoteMarks.exec(line)?.[0] ?? ''
    const depth = marks.replace(/[^>]/g, '').length
    const last = blocks.at(-1)
    if (last?.depth === depth) last.lines.push(line.slice(marks.length))
    else blocks.push({ depth, lines: [line.slice(marks.length)] })
  }
  return blocks
}

const address =
  /\bhttps?:\/\/[^\s<>"\p{Cc}]+|\b[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/giu
const maxLine = 20_000

/** Finds the addresses in a line. What stands at their end and belongs to the sentence stays outside. */
export function findLinks(line: string): TextPart[] {
  if (line.length > maxLine) return [{ kind: 'text', text: line }]
  const parts: TextPart[] = []
  let at = 0
  for (const match of line.matchAll(address)) {
    const text = trimEnd(match[0])
    const href = hrefOf(text)
    if (href === undefined) continue
    if (match.index > at) parts.push({ kind: 'text', text: line.slice(at, match.index) })
    parts.push({ kind: 'link', text, href })
    at = match.index + text.length
  }
  if (at < line.length) parts.push({ kind: 'text', text: line.slice(at) })
  return parts
}

function trimEnd(text: string): string {
  let end = text.replace(/[.,;:!?'"»”’]+$/u, '')
  // A closing bracket belongs to the address only where it was opened in it.
  while (end.endsWith(')') && end.split('(').length <= end.split(')').length - 1) end = end.slice(0, -1)
  return end.replace(/[.,;:!?]+$/, '')
}

function hrefOf(text: string): string | undefined {
  try {
    const url = new URL(/^https?:/i.test(text) ? text : `mailto:${text}`)
    url.username = ''
    url.password = ''
    return url.href
  } catch {
    return undefined // looks like an address but is none
  }
}
