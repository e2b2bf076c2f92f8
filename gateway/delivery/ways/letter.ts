import { domainToASCII } from 'node:url'
import { hasEightBit, headerOf } from '../content-facts.ts'
import type { NewRecipient } from '../dispatch.ts'
import type { Letter, Offers } from './smtp/index.ts'
import type { DispatchContent, Outcome } from '../transport.ts'

/** What goes over the wire to one server, and whom it can't be sent to. */
export interface Written {
  /** Undefined where nobody is left. */
  readonly letter: Letter | undefined
  /** Those the letter is for, in its order. */
  readonly recipients: readonly NewRecipient[]
  readonly refused: readonly Outcome[]
}

/**
 * Writes a message for a server, with what was asked of delivery passed on as far as it goes. Where the server lacks what
 * the message needs it is not sent, and not changed into something else: it bounces.
 * @param prefix put before the message. @param requireTls see RFC 8689.
 */
export async function writeLetter(
  content: DispatchContent,
  recipients: readonly NewRecipient[],
  offers: Offers,
  { prefix, requireTls }: { prefix: string; requireTls: boolean },
): Promise<Written> {
  const { envelope } = content
  const size = content.size === undefined ? undefined : content.size + Buffer.byteLength(prefix)
  const from = wireAddress(content.envelopeFrom)
  const forAll = await lacking(content, from, size, offers)
  const refused: Outcome[] = []
  const left: NewRecipient[] = []
  for (const recipient of recipients) {
    const why = forAll ?? (offers.utf8 || isAscii(wireAddress(recipient.address)) ? undefined : foreign)
    if (why) refused.push(bounced(recipient.address, why))
    else left.push(recipient)
  }
  if (left.length === 0) return { letter: undefined, recipients: [], refused }

  const utf8 =
    (envelope?.utf8 ?? false) || !isAscii(from) || left.some(({ address }) => !isAscii(wireAddress(address)))
  const letter: Letter = {
    from,
    parameters: [
      ...(offers.utf8 && utf8 ? ['SMTPUTF8'] : []),
      ...(offers.eightBit && envelope?.eightBit !== false ? ['BODY=8BITMIME'] : []),
      ...(offers.size && size !== undefined ? [`SIZE=${size}`] : []),
      ...(offers.dsn && envelope?.ret ? [`RET=${envelope.ret.toUpperCase()}`] : []),
      ...(offers.dsn && isXtext(envelope?.envid) ? [`ENVID=${envelope?.envid ?? ''}`] : []),
      ...(requireTls ? ['REQUIRETLS'] : []),
    ],
    recipients: left.map(({ address, notify, orcpt }) => ({
      address: wireAddress(address),
      parameters: [
        ...(offers.dsn && notify && notify.length > 0 ? [`NOTIFY=${notify.join(',').toUpperCase()}`] : []),
        ...(offers.dsn && isXtext(orcpt) ? [`ORCPT=${orcpt ?? ''}`] : []),
      ],
    })),
    read: () => (prefix === '' ? content.read() : prefixed(prefix, content)),
  }
  return { letter, recipients: left, refused }
}

interface Lack {
  readonly status: string
  readonly what: string
}

const foreign: Lack = { status: '5.6.7', what: 'addresses with letters beyond ASCII' }

/** What the server can't do for the message, whoever it is for. The body is read for this only where it may matter. */
async function lacking(
  content: DispatchContent,
  from: string,
  size: number | undefined,
  offers: Offers,
): Promise<Lack | undefined> {
  const { maxSize } = offers
  if (maxSize !== undefined && size !== undefined && size > maxSize) {
    return { status: '5.3.4', what: `more than ${maxSize} bytes` }
  }
  if (!offers.utf8) {
    // RFC 6531 section 3.3: not sent to who did not offer it.
    if (!isAscii(from)) return foreign
    // Some clients say SMTPUTF8 of whatever they send.
    if (content.envelope?.utf8 && !isAscii(await headerOf(content.read()))) {
      return { status: '5.6.7', what: 'header fields with letters beyond ASCII' }
    }
  }
  if (!offers.eightBit && (await hasEightBit(content))) return { status: '5.6.3', what: '8-bit messages' }
  return undefined
}

function bounced(address: string, { status, what }: Lack): Outcome {
  const reply = `The next server can't take this message: it does not take ${what}.`
  return { address, state: 'failed', status, reply }
}

/** The domain as A-labels, which is the same domain and needs no SMTPUTF8; the local part is its server's to read. */
function wireAddress(address: string): string {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  if (at < 0 || isAscii(domain)) return address
  return `${address.slice(0, at)}@${domainToASCII(domain) || domain}`
}

function isAscii(text: string): boolean {
  return !/[^\p{ASCII}]/u.test(text)
}

/** As the client gave it: encoded once already (RFC 3461 section 4). */
function isXtext(text: string | null | undefined): boolean {
  return text !== null && text !== undefined && /^[\x21-\x7e]{1,500}$/.test(text)
}

async function* prefixed(prefix: string, content: DispatchContent): AsyncGenerator<Uint8Array> {
  yield Buffer.from(prefix)
  yield* content.read()
}
