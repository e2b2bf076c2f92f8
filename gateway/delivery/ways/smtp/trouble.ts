/** Where in a dialogue something went wrong. */
export type Stage = 'connect' | 'greeting' | 'hello' | 'tls' | 'auth' | 'transaction' | 'end'

/**
 * A dialogue with a server that ended without an answer, or with one that is about this gateway and not about a
 * message. `message` is for people: what happened, without the name of the server.
 */
export class SmtpTrouble extends Error {
  readonly stage: Stage
  /** RFC 3463 */
  readonly status: string

  constructor(stage: Stage, message: string, status = '4.4.2', cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'SmtpTrouble'
    this.stage = stage
    this.status = status
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
