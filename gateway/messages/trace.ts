import type { Person } from '../people/index.ts'
import type { Trx } from '../store/index.ts'
import { traceOf } from './body.ts'
import { sentMessageId } from './owned.ts'
import type { MessageParts } from './parts.ts'

type Reader = Pick<Trx, 'selectFrom'>

/** The trace of a stored message. */
export async function traceOfMessage(db: Reader, messageId: string): Promise<string> {
  const message = await db
    .selectFrom('messages')
    .select(['id', 'trace_id'])
    .where('id', '=', messageId)
    .executeTakeFirst()
  return message ? traceOf(message) : messageId
}

/** The trace of what a person knows as `id`, their copy or what they sent; undefined where they know no such message. */
export async function traceForPerson(
  { store }: MessageParts,
  person: Person,
  id: string,
): Promise<string | undefined> {
  const sent = sentMessageId(id)
  const message = await (
    sent === undefined
      ? store.db
          .selectFrom('copies')
          .innerJoin('messages', 'messages.id', 'copies.message_id')
          .where('copies.id', '=', id)
          .where('copies.person_id', '=', person.id)
      : store.db.selectFrom('messages').where('id', '=', sent).where('author_id', '=', person.id)
  )
    .select(['messages.id', 'messages.trace_id'])
    .executeTakeFirst()
  return message && traceOf(message)
}

/** The trace of the message that a draft answers; undefined where it begins something new, or is not this person's. */
export async function traceOfDraft(
  { store }: MessageParts,
  person: Person,
  draftId: string,
): Promise<string | undefined> {
  const message = await store.db
    .selectFrom('drafts')
    .innerJoin('copies', 'copies.id', 'drafts.copy_id')
    .innerJoin('messages', 'messages.id', 'copies.message_id')
    .select(['messages.id', 'messages.trace_id'])
    .where('drafts.id', '=', draftId)
    .where('drafts.person_id', '=', person.id)
    .executeTakeFirst()
  return message && traceOf(message)
}
