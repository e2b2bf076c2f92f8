import type { SMTPServerSession } from 'smtp-server'

/**
 * The Received field (RFC 5321 section 4.4) with CRLF. It names no recipient: the envelope may hold blind ones.
 * @param at ms since 1970.
 */
export function receivedField(session: SMTPServerSession, hostname: string, id: string, at: number): string {
  const { remoteAddress, hostNameAppearsAs, transmissionType, envelope } = session
  const literal = remoteAddress.includes(':') ? `[IPv6:${remoteAddress}]` : `[${remoteAddress}]`
  // What the client calls itself is its own text; only what a name or an address literal has gets through.
  const name = /^[a-z0-9._:[\]-]+$/i.test(hostNameAppearsAs) ? hostNameAppearsAs : 'unknown'
  // RFC 6531 section 4.3: UTF8SMTP, UTF8SMTPS, UTF8SMTPA, UTF8SMTPSA.
  const protocol = envelope.smtpUtf8 ? transmissionType.replace(/^E?SMTP/, 'UTF8SMTP') : transmissionType
  return `Received: from ${name} (${literal})\r\n\tby ${hostname} with ${protocol} id ${id};\r\n\t${dateTime(at)}\r\n`
}

/** RFC 5322 section 3.3, in UTC. */
function dateTime(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000')
}
