import { z } from 'zod'
import type { MessageView } from '../../shared/contract/index.ts'
import { record } from '../audit/index.ts'
import type { Person } from '../people/index.ts'
import { displayName } from './attachment-name.ts'
import { isDamage, messageKey, openMime, traceOf, viewPart } from './body.ts'
import type { MessageKey } from '../vault/index.ts'
import type { ParsedMessage } from './mime.ts'
import { type OwnedMessage, optionsOf, ownedMessage, stateOf } from './owned.ts'
import { ParseFailed } from './parser.ts'
import type { MessageParts } from './parts.ts'
import { headerRecipients, summaryOf } from './summary.ts'

/** What is kept of a parse. `unreadable`: it failed, and would again. */
const StoredView = z.object({
  unreadable: z.boolean(),
  html: z.string().nullable(),
  text: z.string().nullable(),
  references: z.array(z.string()),
  attachments: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      contentId: z.string().nullable(),
      inline: z.boolean(),
      encoding: z.enum(['base64', 'quoted-printable', 'none']),
      start: z.number(),
      end: z.number(),
      size: z.number(),
    }),
  ),
})
export type StoredView = z.infer<typeof StoredView>

/** Larger views are not kept but parsed again: a row should not outgrow the message. */
const largestKept = 8 * 1024 * 1024

const nothing: ParsedMessage = { html: null, text: null, references: [], attachments: [] }

/**
 * The parsed form of a message: kept sealed from the first reading on. Throws Problem where it is shredded or damaged.
 */
export async function viewOf(parts: MessageParts, owned: OwnedMessage): Promise<StoredView> {
  const { message, account } = owned
  const key = messageKey(account, message)
  const kept = key && (await keptView(parts, message.id, key))
  if (kept) return StoredView.parse(JSON.parse(kept))
  const view = await parsedView(parts, owned)
  if (!view.lasting) return view.view
  const json = Buffer.from(JSON.stringify(view.view))
  const sealed = json.length <= largestKept ? key?.seal(viewPart, json) : undefined
  const hasAttachments = view.view.attachments.some(({ inline }) => !inline) ? 1 : 0
  if (sealed) {
    await parts.store.write(async (trx) => {
      await trx
        .updateTable('messages')
        .set({
          view_sealed: sealed,
          has_attachments: view.view.unreadable ? message.has_attachments : hasAttachments,
        })
        .where('id', '=', message.id)
        .where('shredded_at', 'is', null)
        .execute()
    })
  }
  return view.view
}

async function keptView(
  { store, log }: MessageParts,
  messageId: string,
  key: MessageKey,
): Promise<string | undefined> {
  const row = await store.db
    .selectFrom('messages')
    .select('view_sealed')
    .where('id', '=', messageId)
    .executeTakeFirst()
  if (!row?.view_sealed) return undefined
  try {
    return key.unseal(viewPart, row.view_sealed).toString('utf8')
  } catch (error) {
    if (!isDamage(error)) throw error
    log.warn({ err: error, message: messageId }, 'what was kept of a message is damaged and is made anew')
    return undefined
  }
}

async function parsedView(
  parts: MessageParts,
  { message, account }: OwnedMessage,
): Promise<{ view: StoredView; lasting: boolean }> {
  try {
    const parsed = await parts.parser.parse(openMime(parts.store.bodies, account, message))
    return { view: { unreadable: false, ...mutable(parsed) }, lasting: true }
  } catch (error) {
    if (!(error instanceof ParseFailed)) throw error
    parts.log.warn(
      { err: error, trace: traceOf(message), message: message.id },
      'a message can only be downloaded, not read',
    )
    return { view: { unreadable: true, ...mutable(nothing) }, lasting: error.lasting }
  }
}

function mutable({ html, text, references, attachments }: ParsedMessage): Omit<StoredView, 'unreadable'> {
  return { html, text, references: [...references], attachments: [...attachments] }
}

/**
 * Opens a message for its reader. The first opening is recorded, tells the sender where a receipt is due, and
 * happens once however many open at the same moment. A copy that has ended comes without its content.
 */
export async function openMessage(parts: MessageParts, person: Person, id: string): Promise<MessageView> {
  const owned = await ownedMessage(parts, person, id)
  if (stateOf(owned) !== 'held') return shown(parts, owned, undefined)
  const view = await viewOf(parts, owned)
  if (owned.copy && !(await markRead(parts, owned))) {
    // It ended while it was being taken apart.
    return shown(parts, await ownedMessage(parts, person, id), undefined)
  }
  return shown(parts, await ownedMessage(parts, person, id), view)
}

/** Records a reading. Returns false where the copy is not held any more. */
async function markRead(parts: MessageParts, owned: OwnedMessage): Promise<boolean> {
  const { message, copy } = owned
  if (!copy) return true
  const at = parts.now()
  const reading = await parts.store.write(async (trx) => {
    const first = await trx
      .updateTable('copies')
      .set({ first_read_at: at, unread: 0 })
      .where('id', '=', copy.id)
      .where('state', '=', 'held')
      .where('first_read_at', 'is', null)
      .executeTakeFirst()
    if (first.numUpdatedRows === 0n) {
      const again = await trx
        .updateTable('copies')
        .set({ unread: 0 })
        .where('id', '=', copy.id)
        .where('state', '=', 'held')
        .executeTakeFirst()
      return again.numUpdatedRows > 0n ? 'again' : 'ended'
    }
    const facts = { accountId: message.account_id, messageId: message.id, copyId: copy.id }
    await record(trx, at, { type: 'read', ...facts, personId: copy.person_id })
    // A message without an envelope sender was written by a program; it gets no answer (RFC 3834 section 2).
    if (optionsOf(owned).receipt && message.envelope_from !== '') {
      await parts.delivery.enqueue(trx, {
        kind: 'notice',
        ...facts,
        notice: { type: 'read-receipt', copyId: copy.id, at },
        // RFC 8098 section 3: a receipt has the null envelope sender.
        envelopeFrom: '',
        recipient: message.from_address,
        traceId: traceOf(message),
      })
    }
    return 'first'
  })
  if (reading === 'first') {
    parts.log.info({ trace: traceOf(message), message: message.id, copy: copy.id }, 'a message was read')
  }
  return reading !== 'ended'
}

async function shown(
  parts: MessageParts,
  owned: OwnedMessage,
  view: StoredView | undefined,
): Promise<MessageView> {
  const { message, copy } = owned
  const options = optionsOf(owned)
  return {
    ...summaryOf(owned),
    cc: headerRecipients(message).cc,
    html: view?.html ?? null,
    text: view?.text ?? null,
    attachments: (view?.attachments ?? []).map(({ name, type, size, contentId, inline }, index) => ({
      index,
      name: displayName(name, type, index),
      type,
      size,
      contentId,
      inline,
    })),
    permissions: permissionsOf(owned),
    setBy: options.setBy,
    receipt: options.receipt,
    readable: !(view?.unreadable ?? false),
    recallReason: copy?.recall_reason ?? null,
    copies: copy ? [] : await copiesOf(parts, message.id),
  }
}

/** Of their own message a person may do all but answer it. */
export function permissionsOf(owned: OwnedMessage): MessageView['permissions'] {
  if (owned.copy) return optionsOf(owned).permissions
  return { reply: false, replyAll: false, forward: false, print: true, download: true }
}

async function copiesOf({ store }: MessageParts, messageId: string): Promise<MessageView['copies']> {
  const copies = await store.db
    .selectFrom('copies')
    .select(['address', 'state', 'first_read_at'])
    .where('message_id', '=', messageId)
    .orderBy('address')
    .execute()
  return copies.map(({ address, state, first_read_at }) => ({ address, state, readAt: first_read_at }))
}

/** Marks a message unread or read again, in the list alone: what was recorded stays. */
export async function markMessage(
  parts: MessageParts,
  person: Person,
  id: string,
  unread: boolean,
): Promise<void> {
  const { copy } = await ownedMessage(parts, person, id)
  if (copy?.state !== 'held') return
  await parts.store.write(async (trx) => {
    await trx
      .updateTable('copies')
      .set({ unread: unread ? 1 : 0 })
      .where('id', '=', copy.id)
      .where('state', '=', 'held')
      .execute()
  })
}
