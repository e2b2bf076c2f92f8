import { Problem } from '../problem.ts'

/**
 * A refusal as SMTP tells it: reply code, enhanced code (RFC 3463), a text for the peer that reveals nothing of
 * policy or machinery, and the cause for us. `responseCode` and `message` are the names smtp-server reads.
 */
export class SmtpError extends Error {
  readonly responseCode: number
  /** RFC 3463, such as `5.7.1`. */
  readonly status: string
  /** The connection ends after this reply, because what follows on it can't be trusted. */
  readonly closes: boolean

  /** @param enhanced such as `5.7.1`. @param text one line for the peer. */
  constructor(
    code: number,
    enhanced: string,
    text: string,
    options: { readonly cause?: unknown; readonly closes?: boolean } = {},
  ) {
    super(`${enhanced} ${text}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SmtpError'
    this.responseCode = code
    this.status = enhanced
    this.closes = options.closes ?? false
  }
}

/** Permanent: the sender is told at once. */
export const refused = (enhanced: string, text: string) => new SmtpError(550, enhanced, text)

/** The client went away before it could be told anything. */
export const left = (cause?: unknown) =>
  new SmtpError(421, '4.4.2', 'The connection ended before the message was safe', { cause })

/**
 * What the peer is told of any error. A problem that trying again can't solve is permanent, in the words meant for
 * the person; everything else is temporary (451) and its cause stays here, for an unforeseen error must neither
 * bounce somebody's mail nor tell a stranger about us.
 */
export function asSmtpError(error: unknown): SmtpError {
  if (error instanceof SmtpError) return error
  if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) {
    if (error.status === 413) return new SmtpError(552, '5.3.4', error.message, { cause: error })
    return new SmtpError(
      550,
      error.status === 404 || error.status === 410 ? '5.1.1' : '5.7.1',
      error.message,
      {
        cause: error,
      },
    )
  }
  if (error instanceof Problem && error.code === 'store-full') {
    // RFC 3463 section 3.4: the peer's administrator sees whose disk it is.
    return new SmtpError(452, '4.3.1', 'No room to store mail here, please try again later', { cause: error })
  }
  return new SmtpError(451, '4.3.0', 'Temporary trouble here, please try again later', { cause: error })
}
