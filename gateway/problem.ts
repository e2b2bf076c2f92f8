/**
 * The one family of errors of the gateway. A problem is a value: what went wrong (`code`), how an edge answers
 * it (`status`, an HTTP status; the SMTP edge maps it), a sentence for the person that says what to do next, and
 * the cause for us, which is logged and never shown.
 */
export class Problem extends Error {
  readonly code: string
  readonly status: number

  /** @param code kebab-case, stable, part of the API. @param message for the person, one or two sentences. */
  constructor(code: string, status: number, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'Problem'
    this.code = code
    this.status = status
  }
}
