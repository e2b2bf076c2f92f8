import { randomBytes } from 'node:crypto'
import type { Mailbox } from '../../shared/contract/index.ts'
import { type Event, record } from '../audit/index.ts'
import type { NewDispatch } from '../delivery/index.ts'
import { ensureTemporary, noticeAddress } from '../people/index.ts'
import { type NewRow, type Trx, insert } from '../store/index.ts'
import { subjectPart } from './body.ts'
import { type ResolvedOptions, expiryOf, later } from './held-options.ts'
import type { SealedMessage } from './incoming.ts'
import type { MessageParts } from './parts.ts'

export interface HeldRecipient {
  /** Normalised. */
  readonly address: string
  /** From the header, '' where it says none. */
  readonly name: string
  readonly options: ResolvedOptions
  /** Name of the definition that held it, null: it is an answer, or was written in the portal. */
  readonly definition: string | null
  /** The copy may not outlive this, ms; null: no such bound. */
  readonly until: number | null
}

export interface NewMessage {
  readonly origin: 'mail' | 'portal'
  readonly authorId: string | null
  readonly envelopeFrom: string
  readonly from: Mailbox
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  readonly subject: string
  readonly rfcMessageId: string
  readonly hasAttachments: boolean
  readonly receivedAt: number
  /** Language of its notices where the sender or a definition chose one. */
  readonly language: string | null
  readonly held: readonly HeldRecipient[]
  /** Normalised addresses that get the message itself. */
  readonly relayed: readonly string[]
  /** When a portal author's own Sent copy ends, null: never. Of no meaning for mail. */
  readonly keptUntil: number | null
  /** An answer to it is held without any tag. */
  readonly secure: boolean
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
  const { account } = sealed
  const at = message.receivedAt
  const dispatches: NewDispatch[] = []
  const events: Event[] = []
  const copies: NewRow<'copies'>[] = []
  const common = message.held[0] ? JSON.stringify(message.held[0].options) : '{}'
  let expiresAt: number | null | undefined = message.origin === 'portal' ? message.keptUntil : undefined

  await store.bodies.link(trx, sealed.body, account.id, at)
  for (const recipient of message.held) {
    const { person } = await people.ensure(trx, recipient, at)
    const options = JSON.stringify(recipient.options)
    const ends = bounded(expiryOf(recipient.options, at), recipient.until)
    expiresAt = expiresAt === undefined ? ends : later(expiresAt, ends)
    const id = randomBytes(16).toString('hex')
    copies.push({
      id,
      message_id: sealed.id,
      account_id: account.id,
      person_id: person.id,
      address: recipient.address,
      state: 'held',
      unread: 1,
      received_at: at,
      first_read_at: null,
      replied_at: null,
      ended_at: null,
      recall_reason: null,
      expires_at: ends,
      options_json: options === common ? null : options,
    })
    const notice = {
      kind: 'notice',
      accountId: account.id,
      envelopeFrom: noticeAddress(account),
      recipient: recipient.address,
    } as const
    dispatches.push({
      ...notice,
      notice: { type: 'notification', copyId: id },
      messageId: sealed.id,
      copyId: id,
    })
    if (await ensureTemporary(trx, person.id, at)) {
      dispatches.push({ ...notice, notice: { type: 'sign-in-details', personId: person.id } })
    }
    const detail = { definition: recipient.definition }
    events.push({
      type: 'accepted',
      accountId: account.id,
      messageId: sealed.id,
      copyId: id,
      personId: person.id,
      detail,
    })
  }
  if (message.relayed.length > 0) {
    const { envelopeFrom, relayed } = message
    dispatches.push({
      kind: 'message',
      accountId: account.id,
      messageId: sealed.id,
      envelopeFrom,
      recipients: relayed,
    })
    events.push({
      type: 'accepted',
      accountId: account.id,
      messageId: sealed.id,
      detail: { relayed: relayed.length },
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
    subject_sealed: sealed.key.seal(subjectPart, message.subject),
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
  })
  for (const copy of copies) await insert(trx, 'copies', copy)
  if (message.secure && message.rfcMessageId !== '') {
    await insert(trx, 'threads', {
      account_id: account.id,
      rfc_message_id: message.rfcMessageId,
      message_id: sealed.id,
      created_at: at,
    })
  }
  if (dispatches.length > 0) await delivery.enqueue(trx, ...dispatches)
  await record(trx, at, ...events)
}

function bounded(ends: number | null, until: number | null): number | null {
  if (until === null) return ends
  return ends === null ? until : Math.min(ends, until)
}
