import type { CopyFacts } from '../notices/index.ts'
import { readableSubject } from './summary.ts'
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
}

/** The copy of a handle, whoever asks: what is shown of it is the caller's to decide. */
export async function findCopy({ store }: MessageParts, copyId: string): Promise<FoundCopy | undefined> {
  const copy = await store.db.selectFrom('copies').selectAll().where('id', '=', copyId).executeTakeFirst()
  return (
    copy && {
      id: copy.id,
      messageId: copy.message_id,
      accountId: copy.account_id,
      personId: copy.person_id,
      address: copy.address,
      state: copy.state,
      expiresAt: copy.expires_at,
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
  }
}
