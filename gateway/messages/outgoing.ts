import { Envelope, type Processed, processedHere } from '../delivery/index.ts'
import { ended, messageColumns, openMime, subjectOf } from './body.ts'
import { accountOf } from './owned.ts'
import type { MessageParts } from './parts.ts'

/** A stored message as delivery sends it. */
export interface Outgoing {
  readonly envelopeFrom: string
  /** Address of From. */
  readonly fromAddress: string
  readonly subject: string
  /** Length in bytes. */
  readonly size: number
  readonly envelope: Envelope | undefined
  readonly processed: Processed
  read(): AsyncIterable<Buffer>
}

/** Undefined where there is no such message, or it is shredded. */
export async function outgoing(parts: MessageParts, messageId: string): Promise<Outgoing | undefined> {
  const message = await parts.store.db
    .selectFrom('messages')
    .select(messageColumns)
    .where('id', '=', messageId)
    .executeTakeFirst()
  if (!message?.wrapped_key) return undefined
  const account = await accountOf(parts, message.account_id)
  const envelope =
    message.envelope_json === null ? undefined : Envelope.parse(JSON.parse(message.envelope_json))
  return {
    envelopeFrom: message.envelope_from,
    fromAddress: message.from_address,
    subject: subjectOf(account, message),
    size: message.size,
    envelope,
    processed: envelope?.processed ?? processedHere(message.rfc_message_id),
    read: () => openMime(parts.store.bodies, account, message),
  }
}

/** The clear MIME bytes of a message. Throws Problem where it is unknown or shredded. */
export async function* readMessage(parts: MessageParts, messageId: string): AsyncGenerator<Buffer> {
  const message = await outgoing(parts, messageId)
  if (!message) throw ended()
  yield* message.read()
}
