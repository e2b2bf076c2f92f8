import { Readable } from 'node:stream'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { Mailbox } from '../../shared/contract/index.ts'
import { plainText } from './plain-text.ts'

export interface ComposedFile {
  readonly name: string
  readonly type: string
  /** Where the HTML shows it. */
  readonly contentId: string | null
  read(): AsyncIterable<Uint8Array>
}

export interface Composition {
  readonly from: Mailbox
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  readonly subject: string
  readonly html: string
  readonly messageId: string
  /** Message-ID of what it answers, '' where there is none. */
  readonly inReplyTo: string
  readonly references: readonly string[]
  readonly date: number
  readonly files: readonly ComposedFile[]
}

/**
 * The MIME form of what was written in the portal, as a stream: files are opened when their turn comes and are
 * never whole in memory. Files are base64 whatever they are, so they come out byte for byte.
 */
export function compose(message: Composition): Readable {
  const { from, to, cc, subject, html, messageId, inReplyTo, references, date, files } = message
  return new MailComposer({
    from: { ...from },
    to: to.map((one) => ({ ...one })),
    cc: cc.map((one) => ({ ...one })),
    subject,
    messageId,
    ...(inReplyTo !== '' && { inReplyTo }),
    ...(references.length > 0 && { references: [...references] }),
    date: new Date(date),
    text: withLineEnds(plainText(html)),
    html: withLineEnds(html),
    attachments: files.map((file) => ({
      filename: file.name,
      contentType: file.type,
      contentTransferEncoding: 'base64',
      content: Readable.from(file.read(), { objectMode: false }),
      ...(file.contentId === null ? { contentDisposition: 'attachment' } : { cid: file.contentId }),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .createReadStream()
}

/** Lines of text end in CRLF (RFC 2046 section 4.1.1); nodemailer leaves them as they are. */
function withLineEnds(text: string): string {
  return text.replaceAll(/\r\n|\r|\n/g, '\r\n')
}
