import type { Outcome } from '../transport.ts'

/** Why a destination, or one server of it, could not be given a message. */
export interface Trouble {
  /**
   * `temporary`: may be over later. `permanent`: for good. `policy`: it answers, and its channel is not as it must be.
   */
  readonly kind: 'temporary' | 'permanent' | 'policy'
  /** RFC 3463 */
  readonly status: string
  /** A sentence for people. */
  readonly reply: string
  /** The server it is about, `host:port`. */
  readonly server?: string
  /** How far it got with it. */
  readonly channel?: string
}

/** Most troubles told in one reply. */
const most = 3

/**
 * What becomes of recipients of whom no server could be given the message. What may be over later is tried again;
 * a channel that is not as it must be is a matter of the message (`insecure`), or of time.
 * @param required the message itself asks for a verified channel.
 */
export function outcomesOfTroubles(
  troubles: readonly Trouble[],
  recipients: readonly string[],
  required: boolean,
): Outcome[] {
  const of = (kind: Trouble['kind']) => troubles.filter((one) => one.kind === kind)
  const temporary = of('temporary')
  const policy = of('policy')
  const telling = temporary.length > 0 && (required || policy.length === 0) ? temporary : policy
  const told = telling.length > 0 ? telling : troubles
  const [first] = told
  const state =
    temporary.length > 0
      ? 'deferred'
      : policy.length > 0
        ? required
          ? 'insecure'
          : 'deferred'
        : first
          ? 'failed'
          : 'deferred'
  const reply = told
    .slice(0, most)
    .map((one) => one.reply)
    .join(' ')
  return recipients.map((address) => ({
    address,
    state,
    status: first?.status ?? '4.4.4',
    reply: reply === '' ? 'No server could be found for it.' : reply,
    ...(first?.server === undefined ? {} : { server: first.server }),
    ...(first?.channel === undefined ? {} : { channel: first.channel }),
  }))
}
