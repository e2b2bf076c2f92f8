import { sealedParts } from '../../../messages/index.ts'
import type { Row } from '../../../store/index.ts'
import type { MessageKey } from '../../../vault/index.ts'
import { batch, inBatches } from './batches.ts'
import { type Issue, sentence } from './issue.ts'
import { Unreadable, brokenBody } from './sealed-body.ts'
import type { Look, Verification } from './verification.ts'

/** What people are writing, and its files. */
export const lookAtDrafts: Look = async function* (verification) {
  const { inside, progress } = verification
  const drafts = inBatches(
    (after) =>
      inside.store.db
        .selectFrom('drafts')
        .selectAll()
        .where('id', '>', after)
        .orderBy('id')
        .limit(batch)
        .execute(),
    (count) => progress('drafts', count),
  )
  for await (const row of drafts) yield* lookAt(verification, row)
}

async function* lookAt(verification: Verification, row: Row<'drafts'>): AsyncGenerator<Issue> {
  const { inside, accounts, named, quick } = verification
  const { db, bodies } = inside.store
  const files = await db.selectFrom('draft_files').selectAll().where('draft_id', '=', row.id).execute()
  for (const { body_id } of files) named.add(body_id)
  const account = accounts.get(row.account_id)
  if (!account) return
  let key: MessageKey
  try {
    key = account.key.message(row.id, row.wrapped_key)
    key.unseal(sealedParts.draft, row.content_sealed)
  } catch (error) {
    yield await gone(verification, row, 'draft', sentence(error))
    return
  }
  for (const file of files) {
    try {
      key.unseal(sealedParts.draftFileMeta(file.id), file.meta_sealed)
      const part = sealedParts.draftFile(file.id)
      const broken = await brokenBody(bodies, file.body_id, { key, part, quick })
      if (broken !== undefined) yield await gone(verification, row, 'file', broken, file.id)
    } catch (error) {
      if (error instanceof Unreadable) {
        yield {
          kind: 'draft-unreadable',
          detail: `A file of draft ${row.id} can't be read: ${error.message}.`,
        }
      } else yield await gone(verification, row, 'file', sentence(error), file.id)
    }
  }
}

/** A file that can't be read would keep its draft from being sent; a draft that can't be is nothing. */
async function gone(
  { inside: { store, people }, accounts }: Verification,
  row: Row<'drafts'>,
  part: 'draft' | 'file',
  why: string,
  fileId?: string,
): Promise<Issue> {
  const person = await people.person(row.person_id)
  return {
    kind: `draft-${part}`,
    detail: `${part === 'file' ? 'A file of draft' : 'Draft'} ${row.id} can't be opened: ${why}.`,
    gone: {
      what: 'draft',
      id: row.id,
      account: accounts.get(row.account_id)?.code ?? row.account_id,
      from: person?.address ?? row.person_id,
      to: [],
      at: row.updated_at,
      part,
    },
    repair: {
      gives: 'message',
      done: part === 'file' ? `Took the file out of draft ${row.id}.` : `Removed draft ${row.id}.`,
      async run() {
        const bodies = await store.write(async (trx) => {
          let which = trx.deleteFrom('draft_files').where('draft_id', '=', row.id)
          if (fileId !== undefined) which = which.where('id', '=', fileId)
          const files = await which.returning('body_id').execute()
          if (fileId === undefined) await trx.deleteFrom('drafts').where('id', '=', row.id).execute()
          for (const { body_id } of files) await store.bodies.unlink(trx, body_id)
          return files
        })
        for (const { body_id } of bodies) await store.bodies.discard(body_id)
      },
    },
  }
}
