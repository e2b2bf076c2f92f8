const crlf = Buffer.from('\r\n')
const dot = Buffer.from('.')
const CR = 0x0d
const LF = 0x0a
const DOT = 0x2e

/**
 * The bytes of a message as DATA carries them: a dot is put before lines that begin with one (RFC 5321 section
 * 4.5.2), and a bare CR or LF becomes CRLF, for a server that takes either for a line's end would see an end of the
 * message where there is none. Stored messages have no such thing; this is the last wall.
 */
export function createDotStuffing(): {
  chunk(bytes: Uint8Array): Buffer
  /** What ends the message. */
  end(): Buffer
} {
  let last = LF
  let any = false
  return {
    chunk(bytes) {
      const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const parts: Buffer[] = []
      let from = 0
      for (
        let at = nextMark(given, 0, last);
        at < given.length;
        at = nextMark(given, at + 1, given[at] ?? 0)
      ) {
        const before = at === 0 ? last : given[at - 1]
        const byte = given[at]
        const insert: Buffer[] = []
        if (before === CR && byte !== LF) insert.push(crlf.subarray(1))
        if (byte === LF && before !== CR) insert.push(crlf.subarray(0, 1))
        if (byte === DOT && (before === LF || before === CR)) insert.push(dot)
        if (insert.length === 0) continue
        parts.push(given.subarray(from, at), ...insert)
        from = at
      }
      if (given.length > 0) {
        any = true
        last = given[given.length - 1] ?? last
      }
      return from === 0 && parts.length === 0 ? given : Buffer.concat([...parts, given.subarray(from)])
    },
    end() {
      if (any && last === CR) return Buffer.from('\n.\r\n')
      return Buffer.from(any && last !== LF ? '\r\n.\r\n' : '.\r\n')
    },
  }
}

/** The next place at which something may have to be put in: a CR or LF, or what follows one. */
function nextMark(bytes: Buffer, from: number, before: number): number {
  if (before === CR || before === LF) return from
  const lf = bytes.indexOf(LF, from)
  const cr = bytes.indexOf(CR, from)
  return Math.min(lf < 0 ? bytes.length : lf, cr < 0 ? bytes.length : cr)
}
