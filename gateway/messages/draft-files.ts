import type { DraftFile } from '../../shared/contract/index.ts'
import type { Person } from '../people/index.ts'
import { Problem } from '../problem.ts'
import { type Trx, newId } from '../store/index.ts'
import { displayName } from './attachment-name.ts'
import { readable } from './attachments.ts'
import { type FileMeta, type OwnedDraft, filePart, ownedDraft, sealMeta, unknownDraft } from './draft.ts'
import type { OwnedMessage } from './owned.ts'
import type { MessageParts } from './parts.ts'
import { type StoredView, permissionsOf } from './view.ts'

/** Bytes that the files of one draft may have together: 50 MB. */
export const filesLimit = 50 * 1024 * 1024
const mostFiles = 200

/**
 * Adds a file to a draft, sealed while it arrives. Throws Problem where it is too large, with nothing kept.
 * @param limit bytes that all files of the draft may have.
 */
export async function addFile(
  parts: MessageParts,
  person: Person,
  draftId: string,
  { name, type }: { name: string; type: string },
  stream: AsyncIterable<Uint8Array>,
  limit = filesLimit,
): Promise<DraftFile> {
  const draft = await ownedDraft(parts, person, draftId)
  const meta = { name: displayName(name, type, 0), type: mediaType(type), contentId: null }
  const { id, size } = await storeFile(parts, draft, meta, stream, Math.min(limit, filesLimit))
  return { id, name: meta.name, type: meta.type, size }
}

/** Throws Problem where a file of this size finds no room in the draft, or the draft is not this person's. */
export async function requireRoom(
  parts: MessageParts,
  person: Person,
  draftId: string,
  size: number,
  limit: number,
): Promise<void> {
  const { row } = await ownedDraft(parts, person, draftId)
  const filled = await filledBy(parts.store.db, row.id)
  if (filled.size + size > Math.min(limit, filesLimit) || filled.count >= mostFiles) throw tooLarge()
}

export async function removeFile(
  parts: MessageParts,
  person: Person,
  draftId: string,
  fileId: string,
): Promise<void> {
  const { row } = await ownedDraft(parts, person, draftId)
  const { store } = parts
  const bodyId = await store.write(async (trx) => {
    const file = await trx
      .selectFrom('draft_files')
      .select('body_id')
      .where('id', '=', fileId)
      .where('draft_id', '=', row.id)
      .executeTakeFirst()
    if (!file) throw new Problem('file-unknown', 404, 'This draft has no such file.')
    await trx.deleteFrom('draft_files').where('id', '=', fileId).execute()
    await store.bodies.unlink(trx, file.body_id)
    return file.body_id
  })
  await store.bodies.discard(bodyId)
}

/** Gives a forward the files of what it forwards: all where they may be downloaded, else the pictures of its HTML. */
export async function carryFiles(
  parts: MessageParts,
  draft: OwnedDraft,
  owned: OwnedMessage,
  view: StoredView,
): Promise<void> {
  const { download } = permissionsOf(owned)
  for (const [index, attachment] of view.attachments.entries()) {
    if (!download && !attachment.inline) continue
    const file = readable(parts, owned, attachment, index)
    const contentId = attachment.inline ? attachment.contentId : null
    await storeFile(parts, draft, { name: file.name, type: file.type, contentId }, file.read(), Infinity)
  }
}

async function storeFile(
  { store, now }: MessageParts,
  draft: Pick<OwnedDraft, 'row' | 'key'>,
  meta: FileMeta,
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ id: string; size: number }> {
  const id = newId()
  const draftId = draft.row.id
  const before = await filledBy(store.db, draftId)
  if (before.count >= mostFiles) throw tooLarge()
  await using writer = store.bodies.create()
  const sealer = draft.key.sealer(filePart(id))
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (before.size + size > limit) throw tooLarge()
    const sealed = sealer.update(chunk)
    if (sealed.length > 0) await writer.write(sealed)
  }
  await writer.write(sealer.final())
  const body = await writer.finish()
  try {
    await store.write(async (trx) => {
      const at = now()
      const { numUpdatedRows } = await trx
        .updateTable('drafts')
        .set({ updated_at: at })
        .where('id', '=', draftId)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw unknownDraft()
      // Another file may have come in at the same time.
      const filled = await filledBy(trx, draftId)
      if (filled.size + size > limit || filled.count >= mostFiles) throw tooLarge()
      await store.bodies.link(trx, body, draft.row.account_id, at)
      await trx
        .insertInto('draft_files')
        .values({
          id,
          draft_id: draftId,
          position: filled.next,
          meta_sealed: sealMeta(draft.key, id, meta),
          body_id: body.id,
          size,
        })
        .execute()
    })
  } catch (error) {
    if (body.data === null) await store.bodies.discard(body.id)
    throw error
  }
  return { id, size }
}

async function filledBy(
  db: Pick<Trx, 'selectFrom'>,
  draftId: string,
): Promise<{ size: number; count: number; next: number }> {
  const files = await db
    .selectFrom('draft_files')
    .select(['size', 'position'])
    .where('draft_id', '=', draftId)
    .execute()
  return {
    size: files.reduce((sum, file) => sum + file.size, 0),
    count: files.length,
    next: 1 + Math.max(-1, ...files.map((file) => file.position)),
  }
}

/** A type as the browser names it, where it is one that a part may have; else bytes. */
function mediaType(type: string): string {
  const bare = type.split(';')[0]?.trim().toLowerCase() ?? ''
  return /^(application|audio|chemical|font|image|model|text|video)\/[a-z0-9!#$&^_.+-]{1,100}$/.test(bare)
    ? bare
    : 'application/octet-stream'
}

function tooLarge(): Problem {
  return new Problem(
    'files-too-large',
    413,
    'The files of a message may have 50 MB together. Remove one, or send it in a message of its own.',
  )
}
