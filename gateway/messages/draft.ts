import { z } from 'zod'
import { type Draft, DraftContent, DraftKind, type DraftSummary } from '../../shared/contract/index.ts'
import type { Account, Person } from '../people/index.ts'
import { Problem } from '../problem.ts'
import type { Row } from '../store/index.ts'
import type { MessageKey, Part } from '../vault/index.ts'
import { isDamage } from './body.ts'
import { accountOf } from './owned.ts'
import type { MessageParts } from './parts.ts'

export const contentPart: Part = { name: 'content', kind: 'draft' }
export const filePart = (id: string): Part => ({ name: `file-${id}`, kind: 'draft' })
export const metaPart = (id: string): Part => ({ name: `meta-${id}`, kind: 'draft' })

/** What is sealed of a draft. */
export const SealedDraft = DraftContent.extend({ kind: DraftKind })
export type SealedDraft = z.infer<typeof SealedDraft>

/** What is sealed of a file's description; `contentId` where the HTML shows it. */
export const FileMeta = z.object({ name: z.string(), type: z.string(), contentId: z.string().nullable() })
export type FileMeta = z.infer<typeof FileMeta>

export interface OwnedDraft {
  readonly row: Row<'drafts'>
  readonly account: Account
  readonly key: MessageKey
  readonly content: SealedDraft
}

export interface DraftFileRow extends FileMeta {
  readonly id: string
  readonly size: number
  readonly bodyId: string
}

/** A person's own draft. Throws Problem where there is none, or it is somebody else's. */
export async function ownedDraft(parts: MessageParts, person: Person, id: string): Promise<OwnedDraft> {
  const row = await parts.store.db
    .selectFrom('drafts')
    .selectAll()
    .where('id', '=', id)
    .where('person_id', '=', person.id)
    .executeTakeFirst()
  if (!row) throw unknownDraft()
  return openDraft(parts, row)
}

export async function openDraft(parts: MessageParts, row: Row<'drafts'>): Promise<OwnedDraft> {
  const account = await accountOf(parts, row.account_id)
  try {
    const key = account.key.message(row.id, row.wrapped_key)
    const json = key.unseal(contentPart, row.content_sealed).toString('utf8')
    return { row, account, key, content: SealedDraft.parse(JSON.parse(json)) }
  } catch (error) {
    throw isDamage(error) ? damagedDraft(row.id, error) : error
  }
}

export function sealContent(key: MessageKey, content: SealedDraft): Uint8Array {
  return key.seal(contentPart, JSON.stringify(SealedDraft.parse(content)))
}

export function sealMeta(key: MessageKey, fileId: string, meta: FileMeta): Uint8Array {
  return key.seal(metaPart(fileId), JSON.stringify(FileMeta.parse(meta)))
}

/** Files of a draft in the order they were added. */
export async function filesOf(
  { store }: MessageParts,
  draft: Pick<OwnedDraft, 'row' | 'key'>,
): Promise<DraftFileRow[]> {
  const rows = await store.db
    .selectFrom('draft_files')
    .selectAll()
    .where('draft_id', '=', draft.row.id)
    .orderBy('position')
    .execute()
  return rows.map(({ id, size, body_id, meta_sealed }) => ({
    id,
    size,
    bodyId: body_id,
    ...FileMeta.parse(JSON.parse(draft.key.unseal(metaPart(id), meta_sealed).toString('utf8'))),
  }))
}

export function draftSummary({ row, content }: OwnedDraft): DraftSummary {
  const { kind, to, subject } = content
  return { id: row.id, kind, to, subject, updatedAt: row.updated_at }
}

/** Recipients of an answer are those of the message it answers. */
export function recipientsFixed(kind: DraftKind): boolean {
  return kind === 'reply' || kind === 'reply-all'
}

/** @param allowed addresses or `@domain` that may be written to; empty: anybody. */
export function shownDraft(
  draft: OwnedDraft,
  files: readonly DraftFileRow[],
  allowed: readonly string[],
): Draft {
  const { to, cc, subject, html, kind } = draft.content
  return {
    id: draft.row.id,
    kind,
    messageId: draft.row.copy_id,
    to,
    cc,
    subject,
    html,
    files: files.map(({ id, name, type, size }) => ({ id, name, type, size })),
    updatedAt: draft.row.updated_at,
    recipientsEditable: !recipientsFixed(kind),
    allowed: [...allowed],
  }
}

function damagedDraft(id: string, cause: unknown): Problem {
  return new Problem(
    'draft-damaged',
    500,
    'The gateway can not open this draft: what it stored of it is damaged. Begin it again, and tell the administrator.',
    new Error(`draft ${id} is damaged; “postern doctor --data” tells what is gone`, { cause }),
  )
}

export function unknownDraft(): Problem {
  return new Problem(
    'draft-unknown',
    404,
    'There is no such draft. It may have been sent or thrown away already.',
  )
}
