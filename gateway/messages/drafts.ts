import type { CreateDraftRequest, Draft, DraftContent, DraftSummary } from '../../shared/contract/index.ts'
import type { z } from 'zod'
import type { Account, Person } from '../people/index.ts'
import { Problem } from '../problem.ts'
import { type Row, newId } from '../store/index.ts'
import { answerRecipients, answerSubject, checkAnswer, quotation } from './answer.ts'
import { heldMessage } from './attachments.ts'
import { carryFiles } from './draft-files.ts'
import {
  type OwnedDraft,
  type SealedDraft,
  draftSummary,
  filesOf,
  openDraft,
  ownedDraft,
  recipientsFixed,
  sealContent,
  shownDraft,
} from './draft.ts'
import type { MessageParts } from './parts.ts'
import { allowedRecipients, knownAccounts } from './recipients.ts'
import { discardAll, dropDrafts } from './shred.ts'
import { viewOf } from './view.ts'

/** Drafts a person may have at once: each save is a write, and nobody answers more. */
const mostDrafts = 500

/**
 * Begins a message. An answer has its recipients and subject and quotes the original; a forward carries its
 * attachments too. Throws Problem where the copy does not allow it.
 */
export async function createDraft(
  parts: MessageParts,
  person: Person,
  { kind, messageId }: z.input<typeof CreateDraftRequest>,
): Promise<Draft> {
  if (kind === 'new') {
    const [account] = await knownAccounts(parts, person)
    if (!account) {
      throw new Problem(
        'organisation-missing',
        403,
        'You can write once an organisation has sent you a message here.',
      )
    }
    const content = { kind, to: [], cc: [], subject: '', html: '' }
    return shown(parts, person, await insertDraft(parts, person, account, content, null))
  }
  if (messageId === undefined)
    throw new Problem('message-missing', 400, 'Say which message is to be answered.')
  const owned = await heldMessage(parts, person, messageId)
  checkAnswer(owned, kind)
  const view = await viewOf(parts, owned)
  const { to, cc } = kind === 'forward' ? { to: [], cc: [] } : answerRecipients(owned, person, kind)
  const content = {
    kind,
    to: to.map(({ address }) => address),
    cc: cc.map(({ address }) => address),
    subject: answerSubject(owned, kind),
    html: quotation(owned, view, kind, person.language ?? owned.account.settings.language),
  }
  const draft = await insertDraft(parts, person, owned.account, content, messageId)
  if (kind === 'forward') await carryFiles(parts, draft, owned, view)
  return shown(parts, person, draft)
}

export async function readDraft(parts: MessageParts, person: Person, id: string): Promise<Draft> {
  return shown(parts, person, await ownedDraft(parts, person, id))
}

/** A person's drafts, the last changed first. */
export async function listDrafts(parts: MessageParts, person: Person): Promise<DraftSummary[]> {
  const rows = await parts.store.db
    .selectFrom('drafts')
    .selectAll()
    .where('person_id', '=', person.id)
    .orderBy('updated_at', 'desc')
    .limit(mostDrafts)
    .execute()
  const drafts: DraftSummary[] = []
  for (const row of rows) {
    try {
      drafts.push(draftSummary(await openDraft(parts, row)))
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'draft-damaged') throw error
      // One that can't be opened is no reason to show none.
      parts.log.error({ err: error.cause, draft: row.id }, 'a draft is left out of a list')
    }
  }
  return drafts
}

/** Saves what was typed. Recipients of an answer stay what they are. */
export async function saveDraft(
  parts: MessageParts,
  person: Person,
  id: string,
  content: DraftContent,
): Promise<DraftSummary> {
  const draft = await ownedDraft(parts, person, id)
  const { kind, to, cc } = draft.content
  const saved: SealedDraft = { ...content, kind, ...(recipientsFixed(kind) && { to, cc }) }
  const row = { ...draft.row, updated_at: parts.now(), content_sealed: sealContent(draft.key, saved) }
  await parts.store.write(async (trx) => {
    await trx
      .updateTable('drafts')
      .set({ content_sealed: row.content_sealed, updated_at: row.updated_at })
      .where('id', '=', id)
      .execute()
  })
  return draftSummary({ ...draft, row, content: saved })
}

/** Throws a draft and its files away. */
export async function deleteDraft(parts: MessageParts, person: Person, id: string): Promise<void> {
  const { row } = await ownedDraft(parts, person, id)
  await discardAll(parts.store, await parts.store.write((trx) => dropDrafts(parts.store, trx, [row.id])))
}

async function insertDraft(
  parts: MessageParts,
  person: Person,
  account: Account,
  content: SealedDraft,
  copyId: string | null,
): Promise<OwnedDraft> {
  const id = newId()
  const at = parts.now()
  const { key, wrapped } = account.key.create(id)
  const row: Row<'drafts'> = {
    id,
    person_id: person.id,
    account_id: account.id,
    copy_id: copyId,
    wrapped_key: wrapped,
    content_sealed: sealContent(key, content),
    created_at: at,
    updated_at: at,
  }
  await parts.store.write(async (trx) => {
    const { count } = await trx
      .selectFrom('drafts')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('person_id', '=', person.id)
      .executeTakeFirstOrThrow()
    if (count >= mostDrafts) {
      throw new Problem(
        'drafts-too-many',
        409,
        `There are ${mostDrafts} drafts already. Send or delete some of them.`,
      )
    }
    await trx.insertInto('drafts').values(row).execute()
  })
  return { row, account, key, content }
}

async function shown(parts: MessageParts, person: Person, draft: OwnedDraft): Promise<Draft> {
  const allowed = await allowedRecipients(parts, person, draft.content.kind)
  return shownDraft(draft, await filesOf(parts, draft), allowed)
}
