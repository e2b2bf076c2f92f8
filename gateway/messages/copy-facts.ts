import type { CopyFacts } from '../notices/index.ts'
import { traceOf } from './body.ts'
import { readableSubject } from './summary.ts'
import type { Store, Trx } from '../store/index.ts'
import { type CopyRow, messageOf, optionsOf } from './owned.ts'
import type { MessageParts } from './parts.ts'

/** A copy as a link leads to it. */
export interface FoundCopy {
  readonly id: string
  readonly messageId: string
  readonly accountId: string
  readonly personId: string
  readonly address: string
  readonly state: CopyRow['state']
  /** ms, null: never. */
  readonly expiresAt: number | null
  /** Follows the conversation through the log. */
  readonly traceId: string
}

/** The copy of a handle, whoever asks: what is shown of it is the caller's to decide. */
export async function findCopy({ db }: Store, copyId: string): Promise<FoundCopy | undefined> {
  const copy = await db
    .selectFrom('copies')
    .innerJoin('messages', 'messages.id', 'copies.message_id')
    .selectAll('copies')
    .select('messages.trace_id')
    .where('copies.id', '=', copyId)
    .executeTakeFirst()
  return (
    copy && {
      id: copy.id,
      messageId: copy.message_id,
      accountId: copy.account_id,
      personId: copy.person_id,
      address: copy.address,
      state: copy.state,
      expiresAt: copy.expires_at,
      traceId: traceOf({ id: copy.message_id, trace_id: copy.trace_id }),
    }
  )
}

/** What notices may say of a copy. */
export async function noticeFacts(parts: MessageParts, copyId: string): Promise<CopyFacts | undefined> {
  const copy = await parts.store.db
    .selectFrom('copies')
    .selectAll()
    .where('id', '=', copyId)
    .executeTakeFirst()
  if (!copy) return undefined
  const { message, account } = await messageOf(parts, copy)
  const person = await parts.people.person(copy.person_id)
  return {
    copyId: copy.id,
    accountId: account.id,
    organisation: account.name,
    state: copy.state,
    senderName: message.from_name,
    senderAddress: message.from_address,
    subject: readableSubject({ message, copy, account }),
    recipientName: person?.name ?? '',
    recipientAddress: copy.address,
    language: message.language ?? person?.language ?? account.settings.language,
    receivedAt: message.received_at,
    expiresAt: copy.expires_at,
    permissions: optionsOf({ message, copy, account }).permissions,
    recallReason: copy.recall_reason,
    rfcMessageId: message.rfc_message_id,
    readAt: copy.first_read_at,
    unread: copy.unread === 1,
    answerBegun: await isAnswerBegun(parts.store.db, copy.id),
  }
}

/** Whether its reader has a draft that answers a copy, and ends with it. */
export async function isAnswerBegun(db: Pick<Trx, 'selectFrom'>, copyId: string): Promise<boolean> {
  const draft = await db.selectFrom('drafts').select('id').where('copy_id', '=', copyId).executeTakeFirst()
  return draft !== undefined
}
