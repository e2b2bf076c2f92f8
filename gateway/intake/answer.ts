import type { Logger } from 'pino'
import { StoreTrouble } from '../store/index.ts'
import type { IntakeCounts } from './counts.ts'
import { type SmtpError, asSmtpError } from './smtp-error.ts'

/** Of which session, and of which message once it has a queue id, a line of the log speaks. No mail address. */
export interface About {
  readonly session: string
  /** IP address. */
  readonly client: string
  readonly trace?: string | undefined
}

/** What the client is told of an error: logged, with the cause where it is not the client's own doing, and counted. */
export function answerTo(
  error: unknown,
  about: About,
  { log, counts }: { readonly log: Logger; readonly counts: IntakeCounts },
): SmtpError {
  const answer = asSmtpError(error)
  const { responseCode, status, message, cause } = answer
  const reply = `${responseCode} ${message}`
  if (responseCode === 421) {
    // Said to nobody: the client sends the message again.
    log.info(about, 'the client left before its message was safe, so nothing of it was kept')
    return answer
  }
  if (responseCode >= 500) {
    counts.refused(status)
    log.info({ ...about, reply }, 'mail was refused')
    return answer
  }
  counts.deferred(status)
  // That the store is in trouble is told once, not for each message.
  if (cause instanceof StoreTrouble) log.debug({ ...about, reply, err: cause }, 'mail was put off')
  else if (cause === undefined) log.info({ ...about, reply }, 'mail was put off')
  else log.error({ ...about, reply, err: cause }, 'mail was put off')
  return answer
}
