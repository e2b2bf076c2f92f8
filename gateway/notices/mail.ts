import { createPrivateKey } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import DKIM from 'nodemailer/lib/dkim'
import MailComposer from 'nodemailer/lib/mail-composer'
import MimeNode from 'nodemailer/lib/mime-node'
import type { AccountSettings } from '../people/index.ts'
import { withoutMarks } from './clean.ts'
import { letterHtml } from './html.ts'
import type { Letter } from './letter.ts'
import type { ReportedMessage } from './sources.ts'
import { letterText } from './text.ts'

interface Mailbox {
  /** '' where there is none. */
  readonly name: string
  readonly address: string
}

/** The header of a notice. Everything in it comes from the gateway's own configuration or was cleaned. */
export interface MailHeader {
  readonly from: Mailbox
  readonly to: Mailbox
  readonly replyTo?: string | undefined
  /** With angle brackets. */
  readonly messageId: string
  /** ms. */
  readonly date: number
  /** Message-ID of what this answers, '' where nothing. */
  readonly inReplyTo: string
  /** RFC 3834: `auto-replied` for what answers a mail. */
  readonly autoSubmitted: 'auto-generated' | 'auto-replied'
  /** Unpredictable, but the same for the same notice. */
  readonly boundary: string
}

/** Parts of a report beside the one people read (RFC 6522). */
export interface Report {
  readonly deliveryStatus: string
  /** What is given back of the original. */
  readonly returned: ReportedMessage['returned']
}

/** A letter as an RFC 5322 message: text and HTML; with a report, multipart/report. CRLF throughout. */
export async function mailOf(letter: Letter, header: MailHeader, report?: Report): Promise<Buffer> {
  const headers = {
    'Auto-Submitted': header.autoSubmitted,
    'X-Auto-Response-Suppress': 'All',
  }
  const options = {
    baseBoundary: header.boundary,
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  }
  const fields = {
    from: header.from,
    to: header.to,
    ...(header.replyTo === undefined ? {} : { replyTo: header.replyTo }),
    ...(isMessageId(header.inReplyTo) ? { inReplyTo: header.inReplyTo, references: header.inReplyTo } : {}),
    subject: withoutMarks(letter.subject),
    messageId: header.messageId,
    date: new Date(header.date),
  }
  const text = letterText(letter)
  const html = letterHtml(letter)
  if (!report) return new MailComposer({ ...options, ...fields, headers, text, html }).compile().build()

  const root = new MimeNode('multipart/report; report-type=delivery-status', options)
  root.addHeader(headers)
  root.setHeader({
    From: fields.from,
    To: fields.to,
    Subject: fields.subject,
    'Message-ID': fields.messageId,
    Date: fields.date.toUTCString().replace('GMT', '+0000'),
    ...(isMessageId(header.inReplyTo)
      ? { 'In-Reply-To': header.inReplyTo, References: header.inReplyTo }
      : {}),
  })
  const words = root.createChild('multipart/alternative', options)
  words.createChild('text/plain; charset=utf-8', options).setContent(text)
  words.createChild('text/html; charset=utf-8', options).setContent(html)
  root.createChild('message/delivery-status', options).setContent(report.deliveryStatus)
  const { returned } = report
  if (returned?.part === 'message') {
    // Bytes as they were: message/rfc822 takes no other encoding (RFC 2046 section 5.2.1).
    const message = root.createChild('message/rfc822', options).setContent(Buffer.from(returned.bytes))
    if (returned.bytes.some((byte) => byte > 0x7f)) {
      for (const node of [root, message]) node.setHeader('Content-Transfer-Encoding', '8bit')
    }
  } else if (returned) {
    root
      .createChild('text/rfc822-headers; charset=utf-8', options)
      .setHeader('Content-Transfer-Encoding', 'quoted-printable')
      .setContent(Buffer.from(returned.bytes))
  }
  return root.build()
}

/**
 * Signs with the account's key, relaxed/relaxed (RFC 6376). Throws where the key can't sign: mail that claims the
 * account's domain does not leave unsigned because of a bad setting.
 */
export async function dkimSigned(
  message: Buffer,
  key: NonNullable<AccountSettings['dkim']>,
): Promise<Buffer> {
  const privateKey = createPrivateKey(key.privateKey)
  if (privateKey.asymmetricKeyType !== 'rsa')
    throw new Error(
      `the DKIM key of ${key.domain} is ${privateKey.asymmetricKeyType ?? 'unknown'}: only RSA can sign`,
    )
  const signer = new DKIM({ domainName: key.domain, keySelector: key.selector, privateKey })
  return buffer(signer.sign(Readable.from([message])))
}

/** Only a Message-ID of the ordinary form is repeated: it was written by others. */
function isMessageId(text: string): boolean {
  return text.length <= 250 && /^<[^<>\s\p{C}]+@[^<>\s\p{C}]+>$/u.test(text)
}
