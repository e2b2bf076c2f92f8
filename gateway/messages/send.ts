import type { Mailbox, SentResponse } from '../../shared/contract/index.ts'
import { record } from '../audit/index.ts'
import type { Account, Person } from '../people/index.ts'
import type { Trx } from '../store/index.ts'
import { answerRecipients, checkAnswer } from './answer.ts'
import { heldMessage } from './attachments.ts'
import { ended, openBody, subjectPart, traceOf } from './body.ts'
import { compose } from './compose.ts'
import { type OwnedDraft, filePart, filesOf, ownedDraft, unknownDraft } from './draft.ts'
import { type ResolvedOptions, expiryOf, resolveOptions, sooner } from './held-options.ts'
import { Incoming } from './incoming.ts'
import { type OwnedMessage, optionsOf, sentId } from './owned.ts'
import type { MessageParts } from './parts.ts'
import { type Addressed, accountOfNew, addressed, divided } from './recipients.ts'
import { discardAll, dropDrafts } from './shred.ts'
import { type NewMessage, storeMessage } from './store-message.ts'
import { viewOf } from './view.ts'

/**
 * Sends a draft: composes it, seals it, and in one transaction queues it for readers inside the account, holds it
 * for those outside, and removes the draft, so that it is sent once however often the button is pressed.
 *
 * `From` is the person's own address, also where that is a stranger's to the account's mail server. A sender
 * should see who answered and be able to answer back, and the server takes this mail from its own gateway, which
 * it trusts as its relay and exempts from the checks (SPF, DMARC) that are made of mail from outside. The envelope
 * sender is the same address, so a failure is told to who wrote.
 *
 * Throws Problem: recipients that may not be written to, a copy that has ended or may not be answered, a draft
 * that was sent already.
 */
export async function sendDraft(parts: MessageParts, person: Person, draftId: string): Promise<SentResponse> {
  const { store } = parts
  const draft = await ownedDraft(parts, person, draftId)
  const original = await originalOf(parts, person, draft)
  const recipients = recipientsOf(person, draft, original)
  const account = original?.account ?? (await accountOfNew(parts, person, recipients))
  const at = parts.now()
  const files = await filesOf(parts, draft)

  await using incoming = new Incoming(store.bodies, account)
  const rfcMessageId = `<${incoming.id}@${parts.host}>`
  const from = { address: person.address, name: person.name }
  const mime = compose({
    from,
    ...recipients,
    subject: draft.content.subject,
    html: draft.content.html,
    messageId: rfcMessageId,
    ...(await threading(parts, draft, original)),
    date: at,
    files: files.map((file) => ({
      ...file,
      read: () => openBody(store.bodies, draft.key, filePart(file.id), file.bodyId),
    })),
  })
  for await (const chunk of mime as AsyncIterable<Buffer>) await incoming.write(chunk)
  const sealed = await incoming.finish()

  const forwarded = draft.content.kind === 'forward'
  const message = portalMessage(account, person, recipients, original, {
    at,
    subjectSealed: incoming.seal(subjectPart, draft.content.subject),
    rfcMessageId,
    hasAttachments: files.some((file) => file.contentId === null),
    // A forward carries all of the original, so it lives no longer than the copy it came from.
    until: forwarded ? (original?.copy?.expires_at ?? null) : null,
  })
  const unlinked = await store.write(async (trx) => {
    const still = await trx.selectFrom('drafts').select('id').where('id', '=', draftId).executeTakeFirst()
    if (!still) throw unknownDraft()
    if (original)
      await recordAnswer(trx, original, person, at, forwarded ? 'forwarded' : 'replied', sealed.id)
    await storeMessage(parts, trx, sealed, message)
    return dropDrafts(store, trx, [draftId])
  })
  incoming.keep()
  await discardAll(store, unlinked)
  parts.log.info(
    {
      trace: message.traceId ?? sealed.id,
      queueId: sealed.id,
      account: account.code,
      size: sealed.size,
      held: message.held.length,
      relayed: message.relayed.length,
    },
    'a message was sent from the portal',
  )
  return {
    messageId: sentId(sealed.id),
    held: message.held.map(({ address }) => address),
    delivered: message.relayed.map(({ address }) => address),
  }
}

async function originalOf(
  parts: MessageParts,
  person: Person,
  { row, content }: OwnedDraft,
): Promise<OwnedMessage | undefined> {
  if (content.kind === 'new' || row.copy_id === null) return undefined
  const owned = await heldMessage(parts, person, row.copy_id)
  checkAnswer(owned, content.kind)
  return owned
}

function recipientsOf(
  person: Person,
  { content }: OwnedDraft,
  original: OwnedMessage | undefined,
): Addressed {
  const { kind } = content
  if (original && (kind === 'reply' || kind === 'reply-all')) {
    // Taken from the original again: what the draft says of them is only shown.
    const { to, cc } = answerRecipients(original, person, kind)
    return addressed(to, cc)
  }
  const named = (address: string): Mailbox => ({ address, name: '' })
  return addressed(content.to.map(named), content.cc.map(named))
}

/** In-Reply-To and References (RFC 5322 section 3.6.4). A forward begins a thread of its own. */
async function threading(
  parts: MessageParts,
  { content }: OwnedDraft,
  original: OwnedMessage | undefined,
): Promise<{ inReplyTo: string; references: string[] }> {
  if (!original || content.kind === 'forward') return { inReplyTo: '', references: [] }
  return threadOf(parts, original)
}

export async function threadOf(
  parts: MessageParts,
  original: OwnedMessage,
): Promise<{ inReplyTo: string; references: string[] }> {
  const id = original.message.rfc_message_id
  const { references } = await viewOf(parts, original)
  return {
    inReplyTo: id,
    references: id === '' ? references : [...references.filter((one) => one !== id), id],
  }
}

/**
 * A message written by a person, as it is stored. Readers outside have no more permission than its author had of
 * the original: it is quoted there.
 */
export function portalMessage(
  account: Account,
  person: Person,
  recipients: Addressed,
  original: OwnedMessage | undefined,
  facts: Pick<NewMessage, 'subjectSealed' | 'rfcMessageId' | 'hasAttachments'> & {
    at: number
    until: number | null
  },
): NewMessage {
  const { at, subjectSealed, rfcMessageId, hasAttachments, until } = facts
  const { inside, outside } = divided(account, recipients)
  const options = inherited(resolveOptions(account, { options: {}, setBy: {} }), original)
  return {
    origin: 'portal',
    authorId: person.id,
    envelopeFrom: person.address,
    from: { address: person.address, name: person.name },
    to: recipients.to,
    cc: recipients.cc,
    subjectSealed,
    rfcMessageId,
    hasAttachments,
    receivedAt: at,
    language: null,
    held: outside.map(({ address, name }) => ({ address, name, options, definition: null, until })),
    relayed: inside.map(({ address }) => ({ address, orHeld: null })),
    keptUntil: sooner(expiryOf(options, at), until),
    secure: true,
    envelope: null,
    traceId: original ? traceOf(original.message) : null,
  }
}

function inherited(options: ResolvedOptions, original: OwnedMessage | undefined): ResolvedOptions {
  if (!original) return options
  const limits = optionsOf(original)
  const permissions = { ...options.permissions }
  const setBy = { ...options.setBy }
  for (const name of ['reply', 'replyAll', 'forward', 'print', 'download'] as const) {
    if (!permissions[name] || limits.permissions[name]) continue
    permissions[name] = false
    setBy[name] = limits.setBy[name] ?? 'account'
  }
  return { ...options, permissions, setBy }
}

/** Records that a copy was answered. Throws Problem where it has ended meanwhile. */
export async function recordAnswer(
  trx: Trx,
  { message, copy }: OwnedMessage,
  person: Person,
  at: number,
  type: 'replied' | 'forwarded',
  answerId: string,
  detail: Record<string, string> = {},
): Promise<void> {
  if (!copy) return
  const { numUpdatedRows } = await trx
    .updateTable('copies')
    .set({ replied_at: type === 'replied' ? at : copy.replied_at })
    .where('id', '=', copy.id)
    .where('state', '=', 'held')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw ended()
  const facts = { accountId: message.account_id, messageId: message.id, copyId: copy.id, personId: person.id }
  await record(trx, at, { type, ...facts, detail: { ...detail, answer: answerId } })
}
