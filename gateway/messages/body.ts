import { Problem } from '../problem.ts'
import type { Account } from '../people/index.ts'
import type { Bodies, Row } from '../store/index.ts'
import type { MessageKey, Part, SealedSource } from '../vault/index.ts'

export const mimePart: Part = { name: 'mime', kind: 'message' }
export const subjectPart: Part = { name: 'subject', kind: 'message' }
export const viewPart: Part = { name: 'view', kind: 'message' }

/** The columns of a message that are read everywhere; the sealed view can be large and is read alone. */
export type MessageRow = Omit<Row<'messages'>, 'view_sealed'>

export const messageColumns = [
  'messages.id',
  'messages.account_id',
  'messages.origin',
  'messages.author_id',
  'messages.envelope_from',
  'messages.from_address',
  'messages.from_name',
  'messages.header_recipients_json',
  'messages.rfc_message_id',
  'messages.subject_sealed',
  'messages.has_attachments',
  'messages.wrapped_key',
  'messages.body_id',
  'messages.size',
  'messages.language',
  'messages.options_json',
  'messages.received_at',
  'messages.expires_at',
  'messages.shredded_at',
] as const

/** The key of a message, or undefined once it is shredded. Throws SealBroken. */
export function messageKey(
  account: Account,
  message: Pick<MessageRow, 'id' | 'wrapped_key'>,
): MessageKey | undefined {
  return message.wrapped_key ? account.key.message(message.id, message.wrapped_key) : undefined
}

/** The subject, '' once it is shredded: it was sealed by the same key. */
export function subjectOf(
  account: Account,
  message: Pick<MessageRow, 'id' | 'wrapped_key' | 'subject_sealed'>,
): string {
  return messageKey(account, message)?.unseal(subjectPart, message.subject_sealed).toString('utf8') ?? ''
}

/**
 * The clear bytes of a sealed body from `start` up to, not including, `end`, verified as they come.
 * Throws SealBroken, or Problem where the body is gone by now.
 */
export async function* openBody(
  bodies: Bodies,
  key: MessageKey,
  part: Part,
  bodyId: string,
  start?: number,
  end?: number,
): AsyncGenerator<Buffer> {
  const size = await bodies.size(bodyId)
  if (size === undefined) throw ended()
  const source: SealedSource = { size, read: (from, to) => bodies.read(bodyId, from, to) }
  yield* key.open(part, source, start, end)
}

/** The clear MIME bytes of a message. Throws Problem where it is shredded. */
export async function* openMime(
  bodies: Bodies,
  account: Account,
  message: MessageRow,
  start?: number,
  end?: number,
): AsyncGenerator<Buffer> {
  const key = messageKey(account, message)
  if (!key || message.body_id === null) throw ended()
  yield* openBody(bodies, key, mimePart, message.body_id, start, end)
}

export function ended(): Problem {
  return new Problem(
    'message-ended',
    410,
    'This message has expired or was taken back. Ask its sender to send it again.',
  )
}
