import { noticeAddress } from '../people/index.ts'
import { withoutMarks } from './clean.ts'
import type { NoticeDispatch, NoticesOptions } from './desk.ts'
import { dkimSigned, mailOf } from './mail.ts'
import type { Notice } from './notice.ts'
import { writeLetter } from './write.ts'

export interface ComposedNotice {
  /** RFC 5322 message, CRLF, DKIM-signed where the account has a key. */
  readonly message: Buffer
  /** '' (null sender) for reports of delivery and read receipts. */
  readonly envelopeFrom: string
  readonly recipient: string
  readonly subject: string
  readonly fromAddress: string
  /** With angle brackets. */
  readonly messageId: string
}

export interface Notices {
  /** 'gone': there is nothing to tell any more (recalled, expired, used); the dispatch is dropped. */
  compose(notice: Notice, dispatch: NoticeDispatch): Promise<ComposedNotice | 'gone'>
}

export function createNotices(options: NoticesOptions): Notices {
  const timeZone = options.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone
  const { hostname } = new URL(options.origin)
  return {
    async compose(notice, dispatch) {
      const account = await options.people.account(dispatch.account_id)
      if (!account) throw new Error(`dispatch ${dispatch.id} is of no account`)
      const written = await writeLetter({ ...options, timeZone, account, dispatch }, notice)
      if (written === 'gone') return 'gone'

      const { letter, to, fromName, replyTo, inReplyTo = '', report } = written
      const fromAddress = noticeAddress(account)
      const messageId = `<${dispatch.id}@${hostname}>`
      const answers = notice.type === 'read-receipt' || report !== undefined
      const message = await mailOf(
        letter,
        {
          from: { name: withoutMarks(fromName), address: fromAddress },
          to,
          replyTo,
          messageId,
          date: dispatch.created_at,
          inReplyTo,
          autoSubmitted: answers ? 'auto-replied' : 'auto-generated',
          boundary: options.vault.mac('boundary', JSON.stringify(notice)).toString('hex').slice(0, 24),
        },
        report,
      )
      const { dkim } = account.settings
      return {
        message: dkim === null ? message : await dkimSigned(message, dkim),
        // RFC 8098 section 3 for receipts, RFC 3464 section 2 for reports: nothing is to answer an answer.
        envelopeFrom: answers ? '' : fromAddress,
        recipient: to.address,
        subject: withoutMarks(letter.subject),
        fromAddress,
        messageId,
      }
    },
  }
}
