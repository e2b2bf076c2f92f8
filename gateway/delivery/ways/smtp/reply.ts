/** What a server answered to one command. */
export interface Reply {
  readonly code: number
  /** All of it in one line, the first code included: `550 5.1.1 There is no such person`. */
  readonly text: string
  /** Text of each line without its code. */
  readonly lines: readonly string[]
}

/** Bytes of one reply, far more than EHLO's: RFC 5321 section 4.5.3.1.5 has lines of 512 in it. */
const mostReply = 64 * 1024

/** A server that does not speak SMTP, or too much of it. */
export class Garbage extends Error {}

/** Reads replies out of what comes in, byte by byte if need be. Throws Garbage. */
export function createReplyReader(): {
  /** Replies that are complete now. */
  read(chunk: Uint8Array): Reply[]
  /** Nothing of a further reply has come in. */
  readonly empty: boolean
} {
  let waiting = ''
  let lines: string[] = []
  let bytes = 0

  const take = (line: string): Reply | undefined => {
    const [, code, dash, text] = /^([2-5]\d\d)(?:([ -])(.*))?$/.exec(line) ?? []
    if (code === undefined) throw new Garbage(`it answers with what is no SMTP: ${printable(line)}`)
    lines.push(printable(text ?? ''))
    if (dash === '-') return undefined
    const whole = lines
    lines = []
    bytes = 0
    // RFC 5321 section 4.2.1: the code is the same on every line; that of the last one ends the reply.
    return { code: Number(code), text: `${code} ${joined(whole)}`.trim(), lines: whole }
  }

  return {
    read(chunk) {
      bytes += chunk.length
      if (bytes > mostReply) throw new Garbage('its answer has no end')
      const text = Buffer.from(chunk).toString('latin1')
      // A line that comes in byte by byte is not searched from its beginning each time.
      if (!text.includes('\n')) {
        waiting += text
        return []
      }
      const whole = (waiting + text).split('\n')
      waiting = whole.pop() ?? ''
      const replies: Reply[] = []
      for (const line of whole) {
        const reply = take(Buffer.from(line.replace(/\r$/, ''), 'latin1').toString())
        if (reply) replies.push(reply)
      }
      return replies
    },
    get empty() {
      return waiting === '' && lines.length === 0
    },
  }
}

/** RFC 3463 status of a reply, made of its first digit where the server gives none. */
export function statusOf({ code, lines }: Reply): string {
  const [first = ''] = lines
  return /^([245]\.\d{1,3}\.\d{1,3})\b/.exec(first)?.[1] ?? `${String(code).charAt(0)}.0.0`
}

/** The enhanced status stands on every line (RFC 2034 section 4); once is enough for people. */
function joined(lines: readonly string[]): string {
  const status = /^[245]\.\d{1,3}\.\d{1,3} /.exec(lines[0] ?? '')?.[0]
  return lines
    .map((line, index) =>
      index > 0 && status !== undefined && line.startsWith(status) ? line.slice(status.length) : line,
    )
    .join(' ')
    .replace(/\s+/g, ' ')
    .slice(0, 1000)
}

/** A server can't write into our logs and pages what is no text. */
function printable(text: string): string {
  return text.slice(0, 2000).replace(/[\p{Cc}\p{Cf}]/gu, ' ')
}
