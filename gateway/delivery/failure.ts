import type { Notice } from '../notices/index.ts'
import type { Row, Trx } from '../store/index.ts'
import type { NewDispatch } from './dispatch.ts'
import type { DispatchContent, Outcome } from './transport.ts'

/**
 * The report to the sender of what failed for good, or undefined where nobody may be told: the null sender, a
 * mailer-daemon. A report about a report is how mail loops begin (RFC 3464 section 2, RFC 5321 section 6.1).
 */
export async function failureReport(
  trx: Trx,
  dispatch: Row<'dispatches'>,
  notice: Notice | undefined,
  failed: readonly Outcome[],
): Promise<NewDispatch | undefined> {
  const sender = dispatch.kind === 'message' ? dispatch.envelope_from : await senderOfHeld(trx, notice)
  if (!sender || /^(mailer-daemon|postmaster)@/i.test(sender)) return undefined
  return {
    kind: 'notice',
    accountId: dispatch.account_id,
    messageId: dispatch.message_id ?? undefined,
    envelopeFrom: '',
    recipient: sender,
    notice: {
      type: 'delivery-failure',
      dispatchId: dispatch.id,
      failures: failed.map(({ address, reply, status }) => ({ address, reply, status })),
    },
  }
}

/** The sender of a held message must know that its notification did not arrive; other notices are our own matter. */
async function senderOfHeld(trx: Trx, notice: Notice | undefined): Promise<string | undefined> {
  if (notice?.type !== 'notification') return undefined
  const message = await trx
    .selectFrom('copies')
    .innerJoin('messages', 'messages.id', 'copies.message_id')
    .select('messages.envelope_from')
    .where('copies.id', '=', notice.copyId)
    .executeTakeFirst()
  return message?.envelope_from
}

/** Header blocks are at most 256 KiB (the intake sees to that). */
const mostHeader = 256 * 1024

/**
 * Whether a program wrote a message, by its headers: such a message gets no report (RFC 3834 sections 2 and 5,
 * `X-Auto-Response-Suppress` of MS-OXCMAIL).
 */
export async function isAutomatic(content: DispatchContent): Promise<boolean> {
  let text = ''
  for await (const chunk of content.read()) {
    text += Buffer.from(chunk).toString('latin1')
    if (text.includes('\r\n\r\n') || text.length > mostHeader) break
  }
  const header = text.split('\r\n\r\n', 1)[0]?.replace(/\r\n[ \t]+/g, ' ') ?? ''
  return [
    /^auto-submitted:\s*auto-/im,
    /^x-auto-response-suppress:.*\b(all|dr|ndr)\b/im,
    /^content-type:\s*multipart\/report\b/im,
  ].some((sign) => sign.test(header))
}
