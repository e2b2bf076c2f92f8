import { Problem } from '../problem.ts'
import type { Account, Person } from '../people/index.ts'
import type { Row } from '../store/index.ts'
import { type MessageRow, messageColumns } from './body.ts'
import { ResolvedOptions } from './held-options.ts'
import type { MessageParts } from './parts.ts'

export type CopyRow = Row<'copies'>

/** A message as one person has it: their copy of a held one, or one they wrote themselves (`copy` null). */
export interface OwnedMessage {
  readonly id: string
  readonly message: MessageRow
  readonly copy: CopyRow | null
  readonly account: Account
}

const sentPrefix = 'sent-'

export function sentId(messageId: string): string {
  return `${sentPrefix}${messageId}`
}

/** The message of an id that `sentId` made, undefined for any other. */
export function sentMessageId(id: string): string | undefined {
  return id.startsWith(sentPrefix) ? id.slice(sentPrefix.length) : undefined
}

/**
 * The message that `id` is for this person. Throws Problem `message-unknown` both where there is none and where
 * it is somebody else's: nobody learns which.
 */
export async function ownedMessage(parts: MessageParts, person: Person, id: string): Promise<OwnedMessage> {
  const { db } = parts.store
  const sent = sentMessageId(id)
  if (sent !== undefined) {
    const message = await db
      .selectFrom('messages')
      .select(messageColumns)
      .where('id', '=', sent)
      .where('author_id', '=', person.id)
      .where('origin', '=', 'portal')
      .executeTakeFirst()
    if (!message) throw unknown()
    return { id, message, copy: null, account: await accountOf(parts, message.account_id) }
  }
  const copy = await db
    .selectFrom('copies')
    .selectAll()
    .where('id', '=', id)
    .where('person_id', '=', person.id)
    .executeTakeFirst()
  if (!copy) throw unknown()
  return { id, copy, ...(await messageOf(parts, copy)) }
}

/** The message of a copy and its account. */
export async function messageOf(
  parts: MessageParts,
  copy: Pick<CopyRow, 'message_id'>,
): Promise<{ message: MessageRow; account: Account }> {
  const message = await parts.store.db
    .selectFrom('messages')
    .select(messageColumns)
    .where('id', '=', copy.message_id)
    .executeTakeFirstOrThrow()
  return { message, account: await accountOf(parts, message.account_id) }
}

/** Throws where a stored account is not there: rows of it would not be either. */
export async function accountOf({ people }: MessageParts, id: string): Promise<Account> {
  const account = await people.account(id)
  if (!account) throw new Error(`account ${id} of a stored message is unknown`)
  return account
}

/** For its author a message lives until it is shredded, which is at its end: sooner only where it was lost. */
export function stateOf({ message, copy }: Pick<OwnedMessage, 'message' | 'copy'>): CopyRow['state'] {
  if (copy) return copy.state
  const { shredded_at, expires_at } = message
  if (shredded_at === null) return 'held'
  return expires_at !== null && shredded_at >= expires_at ? 'expired' : 'lost'
}

/** Options of a copy, or the account's where the message was never held. */
export function optionsOf({ message, copy, account }: Omit<OwnedMessage, 'id'>): ResolvedOptions {
  const json = copy?.options_json ?? message.options_json
  if (json !== '{}') return ResolvedOptions.parse(JSON.parse(json))
  const { expiryDays, receipt, permissions, reminderDays } = account.settings
  return { expiryDays, receipt, permissions, reminderDays, setBy: {} }
}

function unknown(): Problem {
  return new Problem(
    'message-unknown',
    404,
    'There is no such message for you. It may have been sent to another address of yours.',
  )
}
