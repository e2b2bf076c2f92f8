/** Content-Transfer-Encodings that change bytes (RFC 2045 section 6). `none` is 7bit, 8bit, binary and the unknown. */
export type TransferEncoding = 'base64' | 'quoted-printable' | 'none'

/** Takes a transfer encoding off as bytes come; holds at most a line of them. */
export interface TransferDecoder {
  update(bytes: Uint8Array): Buffer
  final(): Buffer
}

/** @param name Content-Transfer-Encoding, lower case. */
export function transferEncoding(name: string): TransferEncoding {
  return name === 'base64' || name === 'quoted-printable' ? name : 'none'
}

export function transferDecoder(encoding: TransferEncoding): TransferDecoder {
  if (encoding === 'base64') return new Base64Decoder()
  if (encoding === 'quoted-printable') return new QuotedPrintableDecoder()
  return {
    update: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    final: () => Buffer.alloc(0),
  }
}

/** Takes the encoding off a text that is there whole. */
export function decodeTransfer(encoding: TransferEncoding, bytes: Uint8Array): Buffer {
  const decoder = transferDecoder(encoding)
  return Buffer.concat([decoder.update(bytes), decoder.final()])
}

/** Characters outside the alphabet are skipped (RFC 2045 section 6.8); padding ends a run, and another may follow. */
class Base64Decoder implements TransferDecoder {
  #rest = ''

  update(bytes: Uint8Array): Buffer {
    const text = this.#rest + latin1(bytes).replace(/[^A-Za-z0-9+/=]+/g, '')
    const padding = text.lastIndexOf('=') + 1
    const end = padding + Math.floor((text.length - padding) / 4) * 4
    this.#rest = text.slice(end)
    return decodeRuns(text.slice(0, end))
  }

  final(): Buffer {
    const rest = this.#rest
    this.#rest = ''
    return decodeRuns(rest)
  }
}

function decodeRuns(text: string): Buffer {
  if (!text.includes('=')) return Buffer.from(text, 'base64')
  return Buffer.concat(
    text
      .split(/=+/)
      .filter((run) => run !== '')
      .map((run) => Buffer.from(run, 'base64')),
  )
}

/** A line longer than this is decoded in pieces, so that a message of one line stays out of memory. */
const longestLine = 64 * 1024
const [tab, lf, cr, space, equals] = [0x09, 0x0a, 0x0d, 0x20, 0x3d]

/**
 * Lenient as mail needs it: what is no escape stands for itself; white space at the end of a line is dropped
 * (RFC 2045 section 6.7). One pass over the bytes and no regular expression: the text is a stranger's.
 */
class QuotedPrintableDecoder implements TransferDecoder {
  #rest = Buffer.alloc(0)

  update(bytes: Uint8Array): Buffer {
    const text = Buffer.concat([this.#rest, bytes])
    let end = text.lastIndexOf(lf) + 1
    if (text.length - end > longestLine) end = safeCut(text)
    this.#rest = text.subarray(end)
    return decodeLines(text.subarray(0, end))
  }

  final(): Buffer {
    const rest = this.#rest
    this.#rest = Buffer.alloc(0)
    return decodeLines(rest)
  }
}

/** Where a line may be cut: neither inside an escape nor in white space that may turn out to be at its end. */
function safeCut(text: Buffer): number {
  let cut = text.length
  while (cut > 0 && (isBlank(text[cut - 1]) || text[cut - 1] === equals || text[cut - 2] === equals)) cut--
  return cut === 0 ? text.length : cut
}

function isBlank(byte: number | undefined): boolean {
  return byte === space || byte === tab || byte === cr
}

/** Decodes lines; the last one may lack its line end, and is then the last of the text or cut safely. */
function decodeLines(text: Buffer): Buffer {
  const output = Buffer.allocUnsafe(text.length)
  let to = 0
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf(lf, from)
    const next = newline < 0 ? text.length : newline + 1
    let lineEnd = newline < 0 ? text.length : newline
    if (newline > from && text[newline - 1] === cr) lineEnd--
    let end = lineEnd
    while (end > from && (text[end - 1] === space || text[end - 1] === tab)) end--
    const soft = end > from && text[end - 1] === equals
    to = decodeLine(text, from, soft ? end - 1 : end, output, to)
    if (!soft) to += text.copy(output, to, lineEnd, next)
    from = next
  }
  return output.subarray(0, to)
}

function decodeLine(text: Buffer, from: number, end: number, output: Buffer, to: number): number {
  while (from < end) {
    const byte = text[from] ?? 0
    const escaped = byte === equals && from + 3 <= end ? hexByte(text, from + 1) : -1
    output[to++] = escaped < 0 ? byte : escaped
    from += escaped < 0 ? 1 : 3
  }
  return to
}

function hexByte(bytes: Buffer, at: number): number {
  const high = hexDigit(bytes[at])
  const low = hexDigit(bytes[at + 1])
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function hexDigit(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
