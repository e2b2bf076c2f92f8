/** How long a server may take, ms: the limits of RFC 5321 section 4.5.3.2 where nothing else is said. */
export interface Patience {
  /** For TCP. */
  readonly connect: number
  /** For the greeting and replies to commands, each as a whole. */
  readonly reply: number
  /** For TLS to be set up. */
  readonly tls: number
  /** For room for a further block of the message. */
  readonly block: number
  /** For the reply to the message. */
  readonly end: number
}

const minute = 60_000
export const usualPatience: Patience = {
  connect: minute / 2,
  reply: 5 * minute,
  tls: minute,
  block: 3 * minute,
  end: 10 * minute,
}
