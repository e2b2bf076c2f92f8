import { Notice } from '../notices/index.ts'
import type { Row, Trx } from '../store/index.ts'
import { isAutomatic } from './automatic.ts'
import type { DispatchRecipient, NewDispatch, Notify } from './dispatch.ts'

/** The clear bytes of a message that was accepted. */
export type OriginalOf = (messageId: string) => AsyncIterable<Uint8Array>

/** What a report says of one recipient. */
export type Reported = Pick<DispatchRecipient, 'address' | 'reply' | 'status' | 'server' | 'orcpt' | 'notify'>

type Sent = Pick<
  Row<'dispatches'>,
  'id' | 'account_id' | 'kind' | 'message_id' | 'notice_json' | 'trace_id'
> &
  Pick<Row<'dispatches'>, 'envelope_from'>

/**
 * Reports to the sender of a message (RFC 3461, RFC 3464): of its delivery, or of that of its notifications, for the
 * sender of a held message must know that nobody was told of it. Undefined where nobody wants to know or may be told:
 * the null sender, a mailer-daemon; a report about a report is how mail loops begin (RFC 5321 section 6.1).
 *
 * Recipients with whom it went alike in one attempt share a report, with a block for each: a mail of a hundred to a
 * server that is gone should not fill its sender's inbox.
 */
export async function failureReport(
  trx: Trx,
  sent: Sent,
  failed: readonly Reported[],
): Promise<NewDispatch | undefined> {
  return report(trx, sent, wanted(failed, 'failure'), (failures) => ({
    type: 'delivery-failure',
    dispatchId: sent.id,
    failures,
  }))
}

/** @param until when it is given up, ms. */
export async function delayReport(
  trx: Trx,
  sent: Sent,
  late: readonly Reported[],
  until: number,
): Promise<NewDispatch | undefined> {
  return report(trx, sent, wanted(late, 'delay'), (recipients) => ({
    type: 'delivery-delay',
    dispatchId: sent.id,
    recipients,
    until,
  }))
}

export async function successReport(
  trx: Trx,
  sent: Sent,
  relayed: readonly Reported[],
): Promise<NewDispatch | undefined> {
  return report(trx, sent, wanted(relayed, 'success'), (recipients) => ({
    type: 'delivery-success',
    dispatchId: sent.id,
    recipients,
  }))
}

/** Where the client says nothing it wants to hear of failure and delay (RFC 3461 section 4.1). */
function wanted(all: readonly Reported[], what: Exclude<Notify, 'never'>): readonly Reported[] {
  return all.filter(({ notify }) => (notify ? notify.includes(what) : what !== 'success'))
}

type Told = Extract<Notice, { type: 'delivery-failure' }>['failures']

async function report(
  trx: Trx,
  sent: Sent,
  recipients: readonly Reported[],
  notice: (recipients: Told) => Notice,
): Promise<NewDispatch | undefined> {
  if (recipients.length === 0) return undefined
  const sender = sent.kind === 'message' ? sent.envelope_from : await senderOfHeld(trx, noticeOf(sent))
  if (!sender || /^(mailer-daemon|postmaster)@/i.test(sender)) return undefined
  return {
    kind: 'notice',
    accountId: sent.account_id,
    messageId: sent.message_id ?? undefined,
    envelopeFrom: '',
    recipient: sender,
    traceId: sent.trace_id ?? undefined,
    notice: notice(
      recipients.map(({ address, reply, status = '5.0.0', server, orcpt }) => ({
        address,
        reply,
        status,
        server,
        orcpt,
      })),
    ),
  }
}

/** The sender of a held message is told of its notification; other notices are our own matter. */
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

/** The notice that a dispatch carries. */
export function noticeOf({ notice_json }: Pick<Row<'dispatches'>, 'notice_json'>): Notice | undefined {
  return notice_json === null ? undefined : Notice.parse(JSON.parse(notice_json))
}

/** Whether the message of a dispatch is one of which nobody gets a report. False where it can't be read any more. */
export async function silences(
  { message_id }: Pick<Row<'dispatches'>, 'message_id'>,
  original: OriginalOf,
): Promise<boolean> {
  if (message_id === null) return false
  try {
    return await isAutomatic(original(message_id))
  } catch {
    // It is destroyed or damaged. Its sender has all the more reason to want to know, and the report has no sender
    // itself that anything could answer.
    return false
  }
}
