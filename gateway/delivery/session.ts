import type { Readable } from 'node:stream'
import SMTPConnection, {
  type SMTPConnectionOptions,
  type SMTPConnectionSendInfo,
  type SMTPEnvelope,
} from 'nodemailer/lib/smtp-connection/index.js'

/** What the server said it can do (EHLO). */
export interface Offers {
  /** RFC 6152 */
  readonly eightBit: boolean
  /** RFC 6531 */
  readonly utf8: boolean
  /** RFC 1870: largest message in bytes, undefined where it does not say. */
  readonly maxSize: number | undefined
}

/** One connection to an SMTP server, greeted, encrypted and signed in as asked for. */
export interface Session {
  readonly offers: Offers
  /** False once it is closed by either side. */
  readonly open: boolean
  /** Messages sent. */
  readonly used: number
  /** Rejects with a NodemailerError. Resolves where at least one recipient was accepted. */
  send(envelope: SMTPEnvelope, message: Readable): Promise<SMTPConnectionSendInfo>
  /** RSET, so that the next transaction begins clean. */
  reset(): Promise<void>
  /** QUIT. */
  quit(): void
  /** Cuts the connection: a message in the middle of DATA is not accepted by the server. */
  cut(): void
}

/** Connects. Rejects with a NodemailerError. `user` and `password`: AUTH, never after a failed STARTTLS. */
export async function connect(
  options: SMTPConnectionOptions,
  login?: { user: string; password: string },
): Promise<Session> {
  const connection = new SMTPConnection(options)
  // Kept for the life of the connection: a late socket error without a listener would end the process. Whoever
  // is waiting for an answer gets the same error through its callback.
  const failures: Error[] = []
  connection.on('error', (error: Error) => failures.push(error))
  await new Promise<void>((resolve, reject) => {
    connection.once('error', reject)
    connection.connect((error) => (error ? reject(error) : resolve()))
  })
  if (login) {
    try {
      await new Promise<void>((resolve, reject) => {
        connection.once('error', reject)
        connection.login({ credentials: { user: login.user, pass: login.password } }, (error) =>
          error ? reject(error) : resolve(),
        )
      })
    } catch (error) {
      connection.close()
      throw error
    }
  }
  // A connection that is cut forgets who waits for an answer: its end settles them.
  const untilEnd = <T>(begin: (settle: (error: Error | null | undefined, value: T) => void) => void) =>
    new Promise<T>((resolve, reject) => {
      // A turn later: where the server's answer closed the connection, that answer comes in this one.
      const ended = () =>
        setImmediate(() => reject(failures.at(-1) ?? new Error('the connection was closed')))
      connection.once('end', ended)
      begin((error, value) => {
        connection.off('end', ended)
        if (error) reject(error)
        else resolve(value)
      })
    })
  let used = 0
  return {
    offers: offersOf(connection),
    get open() {
      return !connection.destroyed
    },
    get used() {
      return used
    },
    send(envelope, message) {
      used++
      return untilEnd<SMTPConnectionSendInfo>((settle) => connection.send(envelope, message, settle))
    },
    async reset() {
      await untilEnd<boolean | undefined>((settle) => connection.reset(settle))
    },
    quit: () => connection.quit(),
    cut: () => connection.close(),
  }
}

/** SMTPConnection keeps the EHLO lines to itself until a message was sent; we need them before. */
function offersOf(connection: SMTPConnection): Offers {
  const lines =
    '_ehloLines' in connection && Array.isArray(connection._ehloLines) ? connection._ehloLines : []
  const words = lines.map((line) => String(line).toUpperCase())
  const size = words.map((line) => /^SIZE\s+(\d+)/.exec(line)?.[1]).find((text) => text !== undefined)
  return {
    eightBit: words.includes('8BITMIME'),
    utf8: words.includes('SMTPUTF8'),
    maxSize: Number(size ?? 0) || undefined,
  }
}
