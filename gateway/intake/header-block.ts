import { isUtf8 } from 'node:buffer'
import libmime from 'libmime'
import type { HeaderView } from '../policy/index.ts'

interface Field {
  /** Lower case; '' for a line that is no field. */
  readonly name: string
  /** Offsets in the block; the end is after the last CRLF. */
  readonly start: number
  readonly end: number
  /** Where the value begins. */
  readonly value: number
}

/** Fields that leave with nobody: blind recipients, and what controls this gateway. */
function isStripped(name: string): boolean {
  return name === 'bcc' || name === 'resent-bcc' || name.startsWith('x-postern-')
}

/**
 * The header block of a message (RFC 5322 section 2.2) as it came. Values are decoded when asked for. A line that
 * is no field stays where it is and is otherwise passed over: a message is never lost for its header.
 */
export class HeaderBlock implements HeaderView {
  readonly #bytes: Buffer
  /** One character a byte, so that offsets fit both. */
  readonly #text: string
  readonly #fields: Field[]
  readonly #decoded = new Map<string, readonly string[]>()

  /** @param bytes up to and with the empty line, or the whole message where it has none. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#text = bytes.toString('latin1')
    this.#fields = split(this.#text)
  }

  has(name: string): boolean {
    const wanted = name.toLowerCase()
    return this.#fields.some((field) => field.name === wanted)
  }

  count(name: string): number {
    const wanted = name.toLowerCase()
    return this.#fields.filter((field) => field.name === wanted).length
  }

  get(name: string): readonly string[] {
    const wanted = name.toLowerCase()
    let values = this.#decoded.get(wanted)
    if (!values) this.#decoded.set(wanted, (values = this.raw(wanted).map(decodeWords)))
    return values
  }

  /**
   * Unfolded values whose encoded words still stand: addresses are taken apart first and decoded then, or an
   * encoded word could make up an address.
   */
  raw(name: string): string[] {
    const wanted = name.toLowerCase()
    return this.#fields
      .filter((field) => field.name === wanted)
      .map((field) => characters(this.#text.slice(field.value, field.end).replaceAll('\r\n', '').trim()))
  }

  /** The block without the stripped fields, byte for byte, behind `trace`. */
  rewritten(trace: string): Buffer {
    const parts: Buffer[] = [Buffer.from(trace, 'latin1')]
    let from = 0
    for (const field of this.#fields) {
      if (!isStripped(field.name)) continue
      if (field.start > from) parts.push(this.#bytes.subarray(from, field.start))
      from = field.end
    }
    parts.push(from === 0 ? this.#bytes : this.#bytes.subarray(from))
    return Buffer.concat(parts)
  }
}

function split(text: string): Field[] {
  const fields: Field[] = []
  for (let start = 0; start < text.length;) {
    // A field goes on over lines that begin with white space.
    let end = lineEnd(text, start)
    while (text[end] === ' ' || text[end] === '\t') end = lineEnd(text, end)
    const colon = text.indexOf(':', start)
    // Space before the colon is obsolete syntax (section 4.5), but still that field.
    const name = colon > start && colon < end ? text.slice(start, colon).trimEnd().toLowerCase() : ''
    fields.push({ name: /^[!-9;-~]+$/.test(name) ? name : '', start, end, value: colon + 1 })
    start = end
  }
  return fields
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\r\n', start)
  return end < 0 ? text.length : end + 2
}

/** Bytes beyond ASCII are UTF-8 (RFC 6532) where they can be, else Latin-1 as old programs sent it. */
function characters(latin1: string): string {
  // eslint-disable-next-line no-control-regex -- all of ASCII is meant
  if (/^[\x00-\x7f]*$/.test(latin1)) return latin1
  const bytes = Buffer.from(latin1, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : latin1
}

/** Encoded words (RFC 2047) as text; what can't be decoded stays as it is. */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text
  try {
    return libmime.decodeWords(text)
  } catch {
    // A character set the decoder chokes on: the undecoded text is still the header.
    return text
  }
}
