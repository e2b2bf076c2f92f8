import type { NodemailerError } from 'nodemailer'
import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection/index.js'
import type { Outcome } from './transport.ts'

/** RFC 3463 status of a reply, made from its first digit where the server gives none. */
export function statusOf(reply: string): string {
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1]
  return enhanced ?? `${/^[245]/.exec(reply)?.[0] ?? '4'}.0.0`
}

/** Outcomes of a message that was accepted, for some of its recipients at least. */
export function outcomesOf(
  info: SMTPConnectionSendInfo,
  recipients: readonly string[],
  softBounce: boolean,
): Outcome[] {
  const refused = byRecipient(info.rejectedErrors)
  return recipients.map((address) => {
    const error = refused.get(address)
    if (error) return refusal(address, error, softBounce)
    const reply = oneLine(info.response)
    return { address, state: 'delivered', reply, status: statusOf(reply) }
  })
}

/** Outcomes of an attempt that no recipient's server accepted. */
export function outcomesOfError(
  error: NodemailerError,
  recipients: readonly string[],
  softBounce: boolean,
): Outcome[] {
  const refused = byRecipient(error.rejectedErrors)
  return recipients.map((address) => refusal(address, refused.get(address) ?? error, softBounce))
}

/**
 * Replies to MAIL, RCPT, DATA and the message decide for good; what is said before (greeting, EHLO, STARTTLS, AUTH)
 * is about this gateway and not about the message, so it is tried again even where it is 5yz.
 */
function refusal(address: string, error: NodemailerError, softBounce: boolean): Outcome {
  const reply = oneLine(error.response ?? error.message)
  const aboutMessage = error.code === 'EENVELOPE' || error.code === 'EMESSAGE'
  // 530: this gateway has not signed in or not encrypted, which an administrator can put right (RFC 4954 section 6).
  const permanent = aboutMessage && error.permanent === true && error.responseCode !== 530 && !softBounce
  const status = error.response ? statusOf(reply) : '4.4.1'
  return { address, state: permanent ? 'failed' : 'deferred', reply, status }
}

function byRecipient(errors: readonly NodemailerError[] = []): Map<string | undefined, NodemailerError> {
  return new Map(errors.map((error) => [error.recipient, error]))
}

/** Replies of several lines become one; a server can't fill our rows. */
function oneLine(reply: string): string {
  return reply
    .replace(/\r?\n\d{3}[ -]/g, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, 1000)
}
