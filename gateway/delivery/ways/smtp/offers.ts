import type { Reply } from './reply.ts'

/** What the server said it can do (EHLO). */
export interface Offers {
  /** The name it gives itself, lower case. */
  readonly name: string
  /** RFC 3207 */
  readonly startTls: boolean
  /** RFC 6152 */
  readonly eightBit: boolean
  /** RFC 6531 */
  readonly utf8: boolean
  /** RFC 3461 */
  readonly dsn: boolean
  /** RFC 2920 */
  readonly pipelining: boolean
  /** RFC 8689; counts only over TLS. */
  readonly requireTls: boolean
  /** RFC 1870 */
  readonly size: boolean
  /** Largest message in bytes, undefined where it does not say. */
  readonly maxSize: number | undefined
  /** SASL mechanisms, upper case. */
  readonly auth: readonly string[]
}

/** Of an EHLO reply; `undefined` is HELO's, which offers nothing. */
export function offersOf(ehlo: Reply | undefined): Offers {
  const words = (ehlo?.lines.slice(1) ?? []).map((line) => line.trim().toUpperCase().split(/\s+/))
  const offers = (name: string) => words.some(([first]) => first === name)
  const limit = words.find(([first]) => first === 'SIZE')?.[1] ?? ''
  return {
    name: ehlo?.lines[0]?.trim().split(/\s/)[0]?.toLowerCase() ?? '',
    startTls: offers('STARTTLS'),
    eightBit: offers('8BITMIME'),
    utf8: offers('SMTPUTF8'),
    dsn: offers('DSN'),
    pipelining: offers('PIPELINING'),
    requireTls: offers('REQUIRETLS'),
    size: offers('SIZE'),
    maxSize: /^\d{1,15}$/.test(limit) ? Number(limit) || undefined : undefined,
    // `AUTH=LOGIN` is how it was written before RFC 2554, and some still say it beside the right one.
    auth: words.flatMap(([first = '', ...rest]) =>
      first === 'AUTH' || first.startsWith('AUTH=')
        ? [first.slice(5), ...rest].filter((one) => one !== '')
        : [],
    ),
  }
}
