import type { Failure } from './letters/delivery-failure.ts'
import type { FailureFacts } from './sources.ts'

/**
 * The message/delivery-status part (RFC 3464 section 2): what mail programs and mailing lists read. ASCII; a
 * recipient outside ASCII is written as RFC 6533 section 3 says.
 *
 * @param host of this gateway. @param at when the last attempt was made, ms.
 */
export function deliveryStatus(
  host: string,
  at: number,
  facts: FailureFacts,
  failures: readonly Failure[],
): string {
  const message = [
    `Reporting-MTA: dns; ${host}`,
    `X-Postern-Queue-Id: ${ascii(facts.messageId)}`,
    `Arrival-Date: ${rfcDate(facts.receivedAt)}`,
  ]
  const recipients = failures.map(({ address, reply, status }) => [
    `Final-Recipient: ${recipient(address)}`,
    'Action: failed',
    `Status: ${/^[245]\.\d{1,3}\.\d{1,3}$/.test(status) ? status : '5.0.0'}`,
    `Last-Attempt-Date: ${rfcDate(at)}`,
    fold(`Diagnostic-Code: smtp; ${ascii(reply) || 'no answer'}`),
  ])
  return [message, ...recipients].map((fields) => `${fields.join('\r\n')}\r\n`).join('\r\n')
}

function recipient(address: string): string {
  if (/^[\x21-\x7e]+$/.test(address)) return `rfc822; ${address}`
  const escaped = Array.from(address.toWellFormed(), (character) =>
    /^[\x21-\x5b\x5d-\x7e]$/.test(character)
      ? character
      : `\\x{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}}`,
  )
  return `utf-8; ${escaped.join('')}`
}

/** One line of printable ASCII, at most 800 characters. */
function ascii(text: string): string {
  return text
    .slice(0, 800)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .trim()
}

/** Folded at spaces into lines of at most 76 characters where it can be (RFC 5322 section 2.2.3). */
function fold(line: string): string {
  return line.replace(/(.{1,74})(?: +|$)/g, '$1\r\n ').trimEnd()
}

/** RFC 5322 section 3.3. */
function rfcDate(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000')
}
