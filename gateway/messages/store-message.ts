import type { Mailbox } from '../../shared/contract/index.ts'
import { type Event, record } from '../audit/index.ts'
import type { Envelope, NewDispatch, NewRecipient } from '../delivery/index.ts'
import { type Trx, insert } from '../store/index.ts'
import { type OrHeld, later } from './held-options.ts'
import type { SealedMessage } from './incoming.ts'
import { type HeldRecipient, beginThread, newCopies } from './new-copies.ts'
import type { MessageParts } from './parts.ts'

/** Gets the message itself; `orHeld`: over verified TLS, else it is held for them as said. */
export interface RelayedRecipient extends NewRecipient {
  readonly orHeld: OrHeld | null
}

export interface NewMessage {
  readonly origin: 'mail' | 'portal'
  readonly authorId: string | null
  readonly envelopeFrom: string
  readonly from: Mailbox
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  /** Under the message's key. */
  readonly subjectSealed: Uint8Array
  readonly rfcMessageId: string
  readonly hasAttachments: boolean
  readonly receivedAt: number
  /** Language of its notices where the sender or a definition chose one. */
  readonly language: string | null
  readonly held: readonly HeldRecipient[]
  /** Who gets the message itself. */
  readonly relayed: readonly RelayedRecipient[]
  /** When a portal author's own Sent copy ends, null: never. Of no meaning for mail. */
  readonly keptUntil: number | null
  /** An answer to it is held without any tag. */
  readonly secure: boolean
  /** What the client asked of delivery; null for what was written here. */
  readonly envelope: Envelope | null
  /** Null: its own id. */
  readonly traceId: string | null
}

/**
 * Writes a message and all that follows from it: copies, people who are new, what is to be sent, what happened.
 * One statement for each table however many recipients: this is the path of every message that comes in.
 */
export async function storeMessage(
  { store, people, delivery }: MessageParts,
  trx: Trx,
  sealed: SealedMessage,
  message: NewMessage,
): Promise<void> {
  const account = await people.account(sealed.accountId)
  if (!account) throw new Error(`message ${sealed.id} belongs to no account`)
  const at = message.receivedAt
  const traceId = message.traceId ?? sealed.id
  const common = message.held[0] ? JSON.stringify(message.held[0].options) : '{}'
  let expiresAt: number | null | undefined = message.origin === 'portal' ? message.keptUntil : undefined

  await store.bodies.link(trx, sealed.body, account.id, at)
  const held = await newCopies(
    { people },
    trx,
    { id: sealed.id, account, receivedAt: at, traceId, commonOptions: common },
    message.held,
    at,
    { type: 'accepted' },
  )
  const dispatches: NewDispatch[] = [...held.dispatches]
  const events: Event[] = [...held.events]
  for (const { expires_at: ends = null } of held.rows) {
    expiresAt = expiresAt === undefined ? ends : later(expiresAt, ends)
  }
  for (const [heldJson, recipients] of byFallback(message.relayed)) {
    dispatches.push({
      kind: 'message',
      accountId: account.id,
      messageId: sealed.id,
      envelopeFrom: message.envelopeFrom,
      recipients,
      tls: heldJson !== '' || message.envelope?.requireTls === true ? 'require' : 'may',
      ...(heldJson !== '' && { heldJson }),
      traceId,
    })
  }
  if (message.relayed.length > 0) {
    events.push({
      type: 'accepted',
      accountId: account.id,
      messageId: sealed.id,
      detail: { relayed: message.relayed.length },
    })
  }

  await insert(trx, 'messages', {
    id: sealed.id,
    account_id: account.id,
    origin: message.origin,
    author_id: message.authorId,
    envelope_from: message.envelopeFrom,
    from_address: message.from.address,
    from_name: message.from.name,
    header_recipients_json: JSON.stringify({ to: message.to, cc: message.cc }),
    rfc_message_id: message.rfcMessageId,
    subject_sealed: message.subjectSealed,
    view_sealed: null,
    has_attachments: message.hasAttachments ? 1 : 0,
    wrapped_key: sealed.wrappedKey,
    body_id: sealed.body.id,
    size: sealed.size,
    language: message.language,
    options_json: common,
    received_at: at,
    expires_at: expiresAt ?? null,
    shredded_at: null,
    trace_id: message.traceId,
    envelope_json: message.envelope && JSON.stringify(message.envelope),
  })
  for (const row of held.rows) await insert(trx, 'copies', row)
  if (message.secure) {
    await beginThread(trx, {
      accountId: account.id,
      rfcMessageId: message.rfcMessageId,
      messageId: sealed.id,
      at,
    })
  }
  if (dispatches.length > 0) await delivery.enqueue(trx, ...dispatches)
  await record(trx, at, ...events)
}

/** Recipients by what is held for them where verified TLS can't be had, JSON; '': nothing is. */
function byFallback(relayed: readonly RelayedRecipient[]): Map<string, NewRecipient[]> {
  const groups = new Map<string, NewRecipient[]>()
  for (const { orHeld, ...recipient } of relayed) {
    const key = orHeld ? JSON.stringify(orHeld) : ''
    const group = groups.get(key)
    if (group) group.push(recipient)
    else groups.set(key, [recipient])
  }
  return groups
}
