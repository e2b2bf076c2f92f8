import { once } from 'node:events'
import type { Socket } from 'node:net'
import { type ConnectionOptions, type TLSSocket, connect as connectTls } from 'node:tls'
import { type Reply, createReplyReader } from './reply.ts'
import { type Stage, SmtpTrouble, messageOf } from './trouble.ts'

/** Commands out and replies in, over one socket. Whoever uses it says how long a reply may take as a whole. */
export interface Dialogue {
  /** False once either side has closed it. */
  readonly open: boolean
  /** Writes commands. */
  say(...lines: readonly string[]): void
  /** The next reply. Rejects with SmtpTrouble. @param ms until its last line. */
  hear(stage: Stage, ms: number): Promise<Reply>
  /** A reply that came before it was asked for. */
  readonly early: Reply | undefined
  /** Writes bytes of a message; resolves when there is room for more. Rejects with SmtpTrouble. */
  write(chunk: Uint8Array, ms: number): Promise<void>
  /** TLS from here on. Rejects with SmtpTrouble of stage `tls` where the handshake fails; the connection is over then. */
  encrypt(options: ConnectionOptions, ms: number): Promise<TLSSocket>
  /** Closes it in peace; what the server may still say is not waited for. */
  end(): void
  /** Cuts it. */
  destroy(): void
}

/** How long a server has to close its side, ms. */
const closeTime = 5_000

/** @param socket connected, with nothing read from it yet. */
export function createDialogue(socket: Socket): Dialogue {
  let current = socket
  let reader = createReplyReader()
  let heard: Reply[] = []
  let closed: SmtpTrouble | undefined
  let waiting: { answer: (reply: Reply) => void; fail: (trouble: SmtpTrouble) => void } | undefined
  let drained = () => {
    // Nobody waits for room.
  }

  const close = (why: string, cause?: unknown, status = '4.4.2') => {
    closed ??= new SmtpTrouble('transaction', why, status, cause)
    current.destroy()
    waiting?.fail(closed)
    waiting = undefined
    drained()
  }
  const throwWhereClosed = () => {
    if (closed) throw closed
  }
  const read = (chunk: Buffer) => {
    try {
      heard.push(...reader.read(chunk))
    } catch (error) {
      close(messageOf(error), error, '4.5.0')
      return
    }
    // Nobody sends a thousand answers to questions that were not asked.
    if (heard.length > 1000) close('its answers have no end', undefined, '4.5.0')
    const next = waiting && heard.shift()
    if (!next) return
    waiting?.answer(next)
    waiting = undefined
  }
  const listen = (to: Socket) => {
    to.on('data', read)
    to.on('drain', () => drained())
    to.on('error', (error) => close(`the connection broke off: ${error.message}`, error))
    to.on('end', () => close('it closed the connection'))
    to.on('close', () => close('the connection was closed'))
  }
  listen(socket)

  /** Fails what is awaited where the time is up: a server that answers a byte a minute is late as well. */
  const within = async <T>(ms: number, what: string, stage: Stage, work: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => close(`${what} took too long`), ms)
    try {
      return await work
    } catch (error) {
      if (error instanceof SmtpTrouble) throw new SmtpTrouble(stage, error.message, error.status, error.cause)
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    get open() {
      return closed === undefined && !current.destroyed
    },
    get early() {
      return heard[0]
    },

    say(...lines) {
      if (!closed) current.write(lines.map((line) => `${line}\r\n`).join(''))
    },

    hear(stage, ms) {
      const next = heard.shift()
      if (next) return Promise.resolve(next)
      return within(
        ms,
        'its answer',
        stage,
        new Promise<Reply>((answer, fail) => {
          if (closed) fail(closed)
          else waiting = { answer, fail }
        }),
      )
    },

    async write(chunk, ms) {
      throwWhereClosed()
      if (current.write(chunk)) return
      const room = new Promise<void>((resolve) => (drained = resolve))
      await within(ms, 'taking the message', 'transaction', room)
      throwWhereClosed()
    },

    async encrypt(options, ms) {
      const plain = current
      // RFC 3207 section 4.2: what came in clear after the 220 was put there by somebody in between.
      if (heard.length > 0 || !reader.empty) {
        close('it said more than it should before TLS began', undefined, '4.7.0')
        throw new SmtpTrouble('tls', 'it said more than it should before TLS began', '4.7.0')
      }
      plain.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close')
      plain.removeAllListeners('error').on('error', () => {
        // The TLS socket tells of it.
      })
      const secure = connectTls({ ...options, socket: plain })
      current = secure
      try {
        await once(secure, 'secureConnect', { signal: AbortSignal.timeout(ms) })
      } catch (error) {
        secure.on('error', () => {
          // It is over already.
        })
        const late = error instanceof Error && error.name === 'AbortError'
        const why = `TLS could not be set up: ${late ? 'it took too long' : messageOf(error)}`
        close(why, error, '4.7.5')
        throw new SmtpTrouble('tls', why, '4.7.5', error)
      }
      reader = createReplyReader()
      heard = []
      listen(secure)
      return secure
    },

    end() {
      if (closed) return
      closed = new SmtpTrouble('transaction', 'the connection was closed by this side')
      const last = current
      last.end()
      // A server that never closes its side would keep the socket for good.
      const late = setTimeout(() => last.destroy(), closeTime)
      late.unref()
      last.once('close', () => clearTimeout(late))
    },
    destroy() {
      close('the connection was cut by this side')
    },
  }
}
