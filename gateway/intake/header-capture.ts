import { SmtpError } from './smtp-error.ts'

/** Largest header block taken, bytes. Parsing one holds the event loop; real ones have a few KB. */
export const headerLimit = 256 * 1024

const emptyLine = Buffer.from('\r\n\r\n')

/** Gathers the header block at the beginning of a message, however it is cut into chunks. */
export class HeaderCapture {
  #gathered: Buffer = Buffer.alloc(0)
  #size = 0

  /** @returns header block and what follows it, once the block is whole. Throws SmtpError where it is too large. */
  add(chunk: Buffer): { header: Buffer; body: Buffer } | undefined {
    const looked = Math.max(0, this.#size - emptyLine.length + 1)
    const all = this.#append(chunk)
    const empty = all.indexOf(emptyLine, looked)
    // A message may begin with the empty line: then it has no header.
    const bare = all[0] === 0x0d && all[1] === 0x0a
    const end = bare ? 2 : empty < 0 ? -1 : empty + emptyLine.length
    if ((end < 0 ? all.length : end) > headerLimit) {
      throw new SmtpError(552, '5.3.4', `The message header is larger than ${headerLimit} bytes`)
    }
    return end < 0 ? undefined : { header: all.subarray(0, end), body: all.subarray(end) }
  }

  /** The message ended without an empty line: all of it is header. */
  rest(): Buffer {
    return this.#gathered.subarray(0, this.#size)
  }

  /** Room grows by doubling, so that a message sent byte by byte costs no more than one sent at once. */
  #append(chunk: Buffer): Buffer {
    const size = this.#size + chunk.length
    if (this.#size === 0) this.#gathered = chunk
    else {
      if (size > this.#gathered.length) {
        const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.#gathered.length))
        this.#gathered.copy(larger, 0, 0, this.#size)
        this.#gathered = larger
      }
      chunk.copy(this.#gathered, this.#size)
    }
    this.#size = size
    return this.#gathered.subarray(0, size)
  }
}
