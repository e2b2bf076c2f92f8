import { Problem } from '../problem.ts'
import type { Account } from '../people/index.ts'
import { type Bodies, BodyLost, type Row } from '../store/index.ts'
import { type MessageKey, type Part, SealBroken, type SealedSource } from '../vault/index.ts'

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
  'messages.trace_id',
  'messages.envelope_json',
] as const

/** Follows a conversation through the log, from the SMTP session to the reply. */
export function traceOf({ id, trace_id }: Pick<MessageRow, 'id' | 'trace_id'>): string {
  return trace_id ?? id
}

/** The key of a message, or undefined once it is shredded. Throws Problem `message-damaged`. */
export function messageKey(
  account: Account,
  message: Pick<MessageRow, 'id' | 'wrapped_key'>,
): MessageKey | undefined {
  if (!message.wrapped_key) return undefined
  try {
    return account.key.message(message.id, message.wrapped_key)
  } catch (error) {
    throw damaged(message.id, error)
  }
}

/**
 * The subject, '' once it is shredded: it was sealed by the same key. '' also where it is damaged: neither a list nor a
 * notice is to fail for it.
 */
export function subjectOf(
  account: Account,
  message: Pick<MessageRow, 'id' | 'wrapped_key' | 'subject_sealed'>,
): string {
  try {
    return messageKey(account, message)?.unseal(subjectPart, message.subject_sealed).toString('utf8') ?? ''
  } catch (error) {
    if (isDamage(error)) return ''
    throw error
  }
}

/**
 * The clear bytes of a sealed body from `start` up to, not including, `end`, verified as they come.
 * Throws Problem `message-damaged`, or `message-ended` where the body is gone by now.
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
  try {
    yield* key.open(part, source, start, end)
  } catch (error) {
    throw isDamage(error) ? damaged(bodyId, error) : error
  }
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

/** Whether an error tells that what is stored is not what was stored. */
export function isDamage(error: unknown): boolean {
  return (
    error instanceof SealBroken ||
    error instanceof BodyLost ||
    (error instanceof Problem && error.code === 'message-damaged')
  )
}

/** @param id of what is damaged, for the log. */
export function damaged(id: string, cause: unknown): Problem {
  return new Problem(
    'message-damaged',
    500,
    'The gateway can not open this message: what it stored of it is damaged. Ask its sender to send it again, and tell the administrator.',
    new Error(`${id} is damaged; “postern doctor --data” tells what is gone`, { cause }),
  )
}

export function ended(): Problem {
  return new Problem(
    'message-ended',
    410,
    'This message has expired or was taken back. Ask its sender to send it again.',
  )
}
