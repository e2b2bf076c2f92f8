import { link, rm, stat } from 'node:fs/promises'
import type { Kysely } from 'kysely'
import { type Schema, bodyPath, storePlaces } from '../store/index.ts'
import { type FileFacts, codeOf, copyFile, forEach, makeRoomFor } from './files.ts'

/** The body files of a backup that is being taken. */
export interface Collection {
  /** What is there so far, by id of the body. */
  readonly files: ReadonlyMap<string, FileFacts>
  /** Files copied, and linked from the earlier backup; bytes copied. */
  readonly counts: { copied: number; linked: number; bytes: number }
  /** Bytes that `gather` would copy. */
  missing(db: Kysely<Schema>): Promise<number>
  /** Gets the files that the database names and that are not there yet, unless the live store has them no more. */
  gather(db: Kysely<Schema>): Promise<void>
  /** Bodies that the database names, whose files are not there, or not as long as it says. */
  lacking(db: Kysely<Schema>): Promise<string[]>
  /** Removes the files that the database does not name. */
  keepOnly(db: Kysely<Schema>): Promise<void>
}

/**
 * @param store directory of the live store. @param target of the backup.
 * @param since an earlier backup and its body files by id: body files never change, so those are linked.
 */
export function createCollection(
  store: string,
  target: string,
  since?: { readonly directory: string; readonly files: ReadonlyMap<string, FileFacts> },
): Collection {
  const files = new Map<string, FileFacts>()
  const counts = { copied: 0, linked: 0, bytes: 0 }
  const pathIn = (directory: string, id: string) => bodyPath(storePlaces(directory).bodies, id)
  const isKnown = ({ id, size }: BodyFile) => since?.files.get(id)?.size === size
  const wanted = async (db: Kysely<Schema>) => (await bodyFiles(db)).filter(({ id }) => !files.has(id))

  /** False where the earlier backup lost it, or is on another disk: then it is copied. */
  async function linkEarlier({ id, size }: BodyFile): Promise<boolean> {
    const facts = since?.files.get(id)
    if (!since || facts?.size !== size) return false
    try {
      const earlier = pathIn(since.directory, id)
      if ((await stat(earlier)).size !== size) return false
      await link(earlier, pathIn(target, id))
    } catch (error) {
      if (['ENOENT', 'EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(codeOf(error) ?? '')) return false
      throw error
    }
    files.set(id, facts)
    counts.linked++
    return true
  }

  return {
    files,
    counts,

    async missing(db) {
      const bodies = await wanted(db)
      return bodies.reduce((sum, body) => sum + (isKnown(body) ? 0 : body.size), 0)
    },

    async gather(db) {
      await forEach(await wanted(db), async (body) => {
        const { id } = body
        const to = pathIn(target, id)
        await makeRoomFor(to)
        if (await linkEarlier(body)) return
        try {
          const facts = await copyFile(pathIn(store, id), to)
          files.set(id, facts)
          counts.copied++
          counts.bytes += facts.size
        } catch (error) {
          // Shredded by now, or lost; the end of a backup finds out which.
          if (codeOf(error) !== 'ENOENT') throw error
        }
      })
    },

    lacking: async (db) =>
      (await bodyFiles(db)).filter(({ id, size }) => files.get(id)?.size !== size).map(({ id }) => id),

    async keepOnly(db) {
      const named = new Set((await bodyFiles(db)).map(({ id }) => id))
      for (const id of files.keys()) {
        if (named.has(id)) continue
        await rm(pathIn(target, id))
        files.delete(id)
      }
    },
  }
}

interface BodyFile {
  readonly id: string
  readonly size: number
}

/** Bodies that are files. */
async function bodyFiles(db: Kysely<Schema>): Promise<BodyFile[]> {
  return db.selectFrom('bodies').select(['id', 'size']).where('data', 'is', null).execute()
}
