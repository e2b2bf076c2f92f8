import type { SMTPServerSession } from 'smtp-server'
import { type Envelope, Notify } from '../delivery/index.ts'
import type { MessageFacts } from '../messages/index.ts'
import { parseAddress } from '../people/index.ts'

/** The parameters of MAIL as the client gave them. They were checked when it did. */
export function envelopeOf({ envelope }: SMTPServerSession): Envelope {
  const ret = envelope.dsn?.ret
  return {
    eightBit: envelope.bodyType === '8bitmime',
    utf8: envelope.smtpUtf8 ?? false,
    requireTls: envelope.requireTLS ?? false,
    ret: ret === 'FULL' ? 'full' : ret === 'HDRS' ? 'hdrs' : null,
    envid: envelope.dsn?.envid ?? null,
  }
}

/**
 * The parameters of RCPT, for recipients that have any, by the address to which the message is sent on. Of a
 * recipient that was named twice, the last ones.
 * @param addresses as sent on, by normalised address.
 */
export function reportsOf(
  { envelope }: SMTPServerSession,
  addresses: ReadonlyMap<string, string>,
): MessageFacts['reports'] {
  const reports = new Map<string, { notify?: Notify[]; orcpt?: string }>()
  if (envelope.rcptTo.every(({ dsn }) => dsn === undefined)) return reports
  for (const { address, dsn } of envelope.rcptTo) {
    const to = addresses.get(parseAddress(address)?.address ?? '')
    if (to === undefined) continue
    const notify = dsn?.notify && [...new Set(dsn.notify.map((one) => Notify.parse(one.toLowerCase())))]
    const orcpt = dsn?.orcpt
    if (!notify && orcpt === undefined) reports.delete(to)
    else reports.set(to, { ...(notify && { notify }), ...(orcpt !== undefined && { orcpt }) })
  }
  return reports
}
