import type { Reported } from './notice.ts'
import type { ReportedMessage } from './sources.ts'

/** What has become of the recipients of a report (RFC 3464 section 2.3.3). Times in ms. */
export type Became =
  | { readonly action: 'failed' | 'relayed'; readonly at: number }
  | { readonly action: 'delayed'; readonly at: number; readonly until: number }

/**
 * The message/delivery-status part (RFC 3464 section 2): what mail programs and mailing lists read. ASCII; a
 * recipient outside ASCII is written as RFC 6533 section 3 says.
 *
 * @param host of this gateway.
 */
export function deliveryStatus(
  host: string,
  { messageId, receivedAt, envid }: ReportedMessage,
  became: Became,
  recipients: readonly Reported[],
): string {
  const message = [
    ...(envid === undefined ? [] : [fold(`Original-Envelope-Id: ${ascii(fromXtext(envid))}`)]),
    `Reporting-MTA: dns; ${host}`,
    `X-Postern-Queue-Id: ${ascii(messageId)}`,
    `Arrival-Date: ${rfcDate(receivedAt)}`,
  ]
  const blocks = recipients.map((recipient) => blockOf(recipient, became))
  return [message, ...blocks].map((fields) => `${fields.join('\r\n')}\r\n`).join('\r\n')
}

function blockOf({ address, reply, status, server, orcpt }: Reported, became: Became): string[] {
  const original = orcpt === undefined ? undefined : originalOf(orcpt)
  const remote = server === undefined ? undefined : hostOf(server)
  return [
    ...(original === undefined ? [] : [`Original-Recipient: ${original}`]),
    `Final-Recipient: ${finalOf(address)}`,
    `Action: ${became.action}`,
    `Status: ${/^[245]\.\d{1,3}\.\d{1,3}$/.test(status) ? status : '5.0.0'}`,
    ...(remote === undefined ? [] : [`Remote-MTA: dns; ${remote}`]),
    // Words of ours are no reply of SMTP (section 2.3.6).
    fold(
      `Diagnostic-Code: ${/^\d{3}[ -]/.test(reply) ? 'smtp' : 'x-postern'}; ${ascii(reply) || 'no answer'}`,
    ),
    `Last-Attempt-Date: ${rfcDate(became.at)}`,
    ...(became.action === 'delayed' ? [`Will-Retry-Until: ${rfcDate(became.until)}`] : []),
  ]
}

function finalOf(address: string): string {
  if (/^[\x21-\x7e]+$/.test(address)) return `rfc822; ${address}`
  const escaped = Array.from(address.toWellFormed(), (character) =>
    /^[\x21-\x5b\x5d-\x7e]$/.test(character)
      ? character
      : `\\x{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}}`,
  )
  return `utf-8; ${escaped.join('')}`
}

/** As the sender gave it, decoded; undefined where it is not of that form. */
function originalOf(orcpt: string): string | undefined {
  const [, type, text] = /^([A-Za-z0-9-]{1,20});(.+)$/s.exec(orcpt) ?? []
  if (type === undefined || text === undefined) return undefined
  // RFC 6533 section 3: what follows `utf-8` is escaped in a way of its own, and stays so here.
  return `${type}; ${ascii(fromXtext(text)).slice(0, 500)}`
}

/** RFC 3461 section 4: `+` and two hex digits for what may not stand as it is. */
function fromXtext(text: string): string {
  return text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** A name, or an address literal (RFC 5321 section 4.1.3), of `host:port`. */
function hostOf(server: string): string {
  const host = ascii(server)
    .replace(/:\d{1,5}$/, '')
    .replace(/^\[|\]$/g, '')
  if (/^[\d.]+$/.test(host)) return `[${host}]`
  return host.includes(':') ? `[IPv6:${host}]` : host
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
