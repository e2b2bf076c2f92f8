const LF = 0x0a
const CR = 0x0d
const DOT = 0x2e

/** What a message must not contain. A mail server that reads it otherwise could be made to see a second message. */
export type Fault = 'bare CR' | 'bare LF' | 'NUL'

/** Where the next byte stands: at the start of a line, after a dot there, after that dot's CR, ... */
type State = 'line start' | 'dot' | 'dot CR' | 'in line' | 'CR'

const nothing = Buffer.alloc(0)

/**
 * Reads the payload of one DATA command (RFC 5321 sections 4.1.1.4 and 4.5.2): takes away the stuffed dots and finds
 * the end, which is CRLF.CRLF and nothing else. Bare CR, bare LF (section 2.3.8 forbids both) and NUL are faults;
 * after one nothing is given out any more, but reading goes on to the real end, so that no byte of the message is
 * ever taken for a command (SMTP smuggling).
 *
 * Works on whole chunks, and copies nothing unless a dot is taken away.
 */
export class DataReader {
  fault: Fault | undefined
  #state: State = 'line start'

  /**
   * @param chunk may be changed in place, and `content` is a part of it.
   * @returns the content, and where in `chunk` the bytes after the end of data begin, or -1 where it has not ended.
   */
  read(chunk: Buffer): { content: Buffer; end: number } {
    const size = chunk.length
    const nextControl = controlsOf(chunk)
    let at = 0
    let end = -1
    // Content that lies in the chunk from `from` up to `at` belongs at `to`.
    let from = 0
    let to = 0

    while (at < size && end < 0) {
      const byte = chunk[at]
      switch (this.#state) {
        case 'line start':
          if (byte === DOT) {
            move(chunk, to, from, at)
            to += at - from
            from = ++at
            this.#state = 'dot'
          } else this.#state = 'in line'
          break
        case 'dot':
          if (byte === CR) {
            from = ++at
            this.#state = 'dot CR'
          } else this.#state = 'in line'
          break
        case 'dot CR':
          if (byte === LF) end = ++at
          else this.#stumble('bare CR')
          from = at
          break
        case 'CR':
          if (byte === LF) {
            at++
            this.#state = 'line start'
          } else this.#stumble('bare CR')
          break
        case 'in line':
          at = nextControl(at)
          if (chunk[at] === CR) this.#state = 'CR'
          else if (chunk[at] === LF) this.#stumble('bare LF')
          else if (chunk[at] === 0) this.#stumble('NUL')
          if (at < size) at++
      }
    }
    if (end < 0) {
      move(chunk, to, from, at)
      to += at - from
    }
    return { content: this.fault ? nothing : chunk.subarray(0, to), end }
  }

  #stumble(fault: Fault): void {
    this.fault ??= fault
    this.#state = 'in line'
  }
}

/** Moves bytes towards the beginning. A native call for a few bytes costs more than they do. */
function move(chunk: Buffer, to: number, from: number, end: number): void {
  if (to === from) return
  if (end - from > 32) chunk.copyWithin(to, from, end)
  else for (let at = from; at < end; at++) chunk[to++] = chunk[at] ?? 0
}

/**
 * Finds the next byte below 14 (all that matters inside a line: NUL, LF, CR; tabs come along) from an offset on, or
 * the length of the chunk. Looks at four bytes at once, which is three times as fast as Buffer.indexOf for each of
 * them: `(x - 14 in each byte) & ~x & 0x80 in each byte` is not 0 exactly where a byte of x is below 14.
 */
function controlsOf(chunk: Buffer): (from: number) => number {
  const size = chunk.length
  // Words must be aligned: `head` bytes come before the first one.
  const head = Math.min(size, -chunk.byteOffset & 3)
  // A chunk that ends within its head has none, and its end need not be aligned.
  const words =
    size - head < 4
      ? new Int32Array(0)
      : new Int32Array(chunk.buffer, chunk.byteOffset + head, (size - head) >> 2)
  const tail = head + words.length * 4
  return (from) => {
    let at = from
    while (at < size && (at < head || at >= tail || ((at - head) & 3) !== 0)) {
      if ((chunk[at] ?? 0) < 14) return at
      at++
    }
    if (at >= size) return size
    let index = (at - head) >> 2
    const last = words.length
    while (index < last) {
      const word = words[index] ?? 0
      if (((word - 0x0e0e0e0e) & ~word & 0x80808080) !== 0) break
      index++
    }
    at = head + index * 4
    while (at < size && (chunk[at] ?? 0) >= 14) at++
    return at
  }
}
