import type { Event } from '../audit/index.ts'
import type { NewDispatch, NewRecipient } from '../delivery/index.ts'
import { type Account, ensureTemporary, noticeAddress } from '../people/index.ts'
import { type NewRow, type Trx, insert } from '../store/index.ts'
import { random } from '../vault/index.ts'
import { type ResolvedOptions, expiryOf, reminderOf, sooner, warningOf } from './held-options.ts'
import type { MessageParts } from './parts.ts'

/** Somebody for whom a message is held, and what the sender wants to hear of it. */
export interface HeldRecipient extends Pick<NewRecipient, 'notify' | 'orcpt'> {
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

/** The message that the copies are of. Times in ms. */
export interface CopiedMessage {
  readonly id: string
  readonly account: Account
  readonly receivedAt: number
  readonly traceId: string
  /** Options that stand with the message, JSON: a copy with the same needs none of its own. */
  readonly commonOptions: string
}

/** What is to be written once the message's own row is there. */
export interface NewCopies {
  readonly rows: readonly NewRow<'copies'>[]
  readonly dispatches: readonly NewDispatch[]
  /** One for each copy, of type `event`. */
  readonly events: readonly Event[]
}

/**
 * What holding a message for somebody takes: their copy, themselves where they are new, a notification, sign-in
 * details where they have no password. People are written at once, the rest is for the caller to write.
 * @param at when it is held, ms: lives and reminders count from here.
 */
export async function newCopies(
  { people }: Pick<MessageParts, 'people'>,
  trx: Trx,
  message: CopiedMessage,
  recipients: readonly HeldRecipient[],
  at: number,
  event: { readonly type: string; readonly detail?: Event['detail'] },
): Promise<NewCopies> {
  const { account } = message
  const rows: NewRow<'copies'>[] = []
  const dispatches: NewDispatch[] = []
  const events: Event[] = []
  for (const recipient of recipients) {
    const { person } = await people.ensure(trx, recipient, at)
    const options = JSON.stringify(recipient.options)
    const ends = sooner(expiryOf(recipient.options, at), recipient.until)
    const id = random(16).toString('hex')
    rows.push({
      id,
      message_id: message.id,
      account_id: account.id,
      person_id: person.id,
      address: recipient.address,
      state: 'held',
      unread: 1,
      received_at: message.receivedAt,
      first_read_at: null,
      replied_at: null,
      ended_at: null,
      recall_reason: null,
      expires_at: ends,
      options_json: options === message.commonOptions ? null : options,
      remind_at: reminderOf(recipient.options, at, ends),
      warn_at: warningOf(at, ends),
    })
    const notice = {
      kind: 'notice',
      accountId: account.id,
      envelopeFrom: noticeAddress(account),
      recipient: recipient.address,
      traceId: message.traceId,
    } as const
    dispatches.push({
      ...notice,
      notice: { type: 'notification', copyId: id },
      messageId: message.id,
      copyId: id,
      notify: recipient.notify,
      orcpt: recipient.orcpt,
    })
    if (await ensureTemporary(trx, person.id, at)) {
      dispatches.push({ ...notice, notice: { type: 'sign-in-details', personId: person.id } })
    }
    events.push({
      type: event.type,
      accountId: account.id,
      messageId: message.id,
      copyId: id,
      personId: person.id,
      detail: { definition: recipient.definition, ...event.detail },
    })
  }
  return { rows, dispatches, events }
}

/** Answers to a message that is held are recognised by its Message-ID; one without any starts no thread. */
export async function beginThread(
  trx: Trx,
  thread: { accountId: string; rfcMessageId: string; messageId: string; at: number },
): Promise<void> {
  if (thread.rfcMessageId === '') return
  await insert(trx, 'threads', {
    account_id: thread.accountId,
    rfc_message_id: thread.rfcMessageId,
    message_id: thread.messageId,
    created_at: thread.at,
  })
}
