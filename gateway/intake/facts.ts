import addressparser from 'nodemailer/lib/addressparser'
import type { Mailbox } from '../../shared/contract/index.ts'
import type { MessageFacts } from '../messages/index.ts'
import { parseAddress } from '../people/index.ts'
import { type HeaderBlock, decodeWords } from './header-block.ts'

/** Bounds on what a hostile header can make us keep. */
const mostMailboxes = 1000
const mostIds = 100
const longest = 16 * 1024

/** What the commands before DATA said. */
export interface EnvelopeFacts extends Pick<MessageFacts, 'envelope' | 'reports'> {
  readonly from: string
}

/** Reads the facts; whatever is missing or malformed is empty, never an error. */
export function factsOf(
  header: HeaderBlock,
  { from: envelopeFrom, envelope, reports }: EnvelopeFacts,
  receivedAt: number,
): MessageFacts {
  const from = [...mailboxes(header, 'from'), ...mailboxes(header, 'sender')].find(
    ({ address }) => parseAddress(address) !== undefined,
  )
  return {
    envelopeFrom,
    from: from ?? { address: envelopeFrom, name: '' },
    to: mailboxes(header, 'to'),
    cc: mailboxes(header, 'cc'),
    subject: (header.get('subject')[0] ?? '').slice(0, longest),
    rfcMessageId: ids(header, 'message-id')[0] ?? '',
    inReplyTo: ids(header, 'in-reply-to'),
    references: ids(header, 'references'),
    hasAttachments: hasAttachments(header),
    receivedAt,
    envelope,
    reports,
  }
}

function mailboxes(header: HeaderBlock, name: string): Mailbox[] {
  const found: Mailbox[] = []
  for (const value of header.raw(name)) {
    for (const { address, name: display } of parsed(value)) {
      if (!address) continue
      if (found.length >= mostMailboxes) return found
      found.push({ address: parseAddress(address)?.address ?? address, name: decodeWords(display) })
    }
  }
  return found
}

function parsed(value: string) {
  try {
    return addressparser(value.slice(0, 4 * longest), { flatten: true })
  } catch {
    // Not a list of addresses in any reading: there is none to show, the message itself goes on.
    return []
  }
}

/** Message identifiers (RFC 5322 section 3.6.4), the newest (last) ones where there are too many. */
function ids(header: HeaderBlock, name: string): string[] {
  const found = header.raw(name).flatMap((value) => value.match(/<[^<>\s]{1,990}>/g) ?? [])
  return found.slice(-mostIds)
}

function hasAttachments(header: HeaderBlock): boolean {
  const type = /^[^;\s]+/.exec((header.get('content-type')[0] ?? '').toLowerCase())?.[0] ?? 'text/plain'
  const disposition = header.get('content-disposition')[0] ?? ''
  if (/^\s*attachment\b/i.test(disposition)) return true
  return type === 'multipart/mixed' || !/^(text|multipart)\//.test(type)
}
