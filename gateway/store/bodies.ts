import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely, Transaction } from 'kysely'
import {
  type BodyCare,
  BodyLost,
  type BodyWriter,
  FileBodyWriter,
  type Places,
  type WrittenBody,
  codeOf,
  inlineLimit,
  readFile,
} from './body-file.ts'
import { insert } from './direct.ts'
import { newId } from './id.ts'
import type { Schema } from './schema.ts'

/** Where sealed bodies are. Bytes go in and out sealed only: this part knows no keys. */
export interface Bodies {
  create(): BodyWriter
  /** Inserts the row. A file without a row is an orphan and is swept. */
  link(trx: Transaction<Schema>, body: WrittenBody, accountId: string, now: number): Promise<void>
  /** Sealed bytes from `start` up to, not including, `end`. Throws where the body is gone. */
  read(id: string, start?: number, end?: number): AsyncIterable<Uint8Array>
  /** Length of the sealed bytes, or undefined where there is no such body. */
  size(id: string): Promise<number | undefined>
  /** Removes the row; call `discard` with the same id once the transaction is committed. */
  unlink(trx: Transaction<Schema>, id: string): Promise<void>
  /** Removes the file of an unlinked body, if it had one. */
  discard(id: string): Promise<void>
  /** Folders that files are in, in an order that stays. */
  folders(): Promise<string[]>
  /** Files of a folder; none where it is gone. */
  files(folder: string): Promise<StoredFile[]>
  /** Those of these files that no row names, temporary ones among them. */
  orphans(files: readonly StoredFile[]): Promise<StoredFile[]>
  /** Removes a file that `orphans` gave. */
  remove(file: StoredFile): Promise<void>
  /** Writes a file as that of a body is written, and removes it. Throws where that fails or there is no room. */
  probe(): Promise<void>
}

/** A file below the directory of bodies. */
export interface StoredFile {
  /** Id of a body, where it is that of one. */
  readonly name: string
  readonly path: string
  readonly size: number
  /** ms */
  readonly changedAt: number
  /** Being written, or left behind by a crash while it was. */
  readonly temporary: boolean
}

/** Where the file of a body is below the directory of bodies. */
export function bodyPath(directory: string, id: string): string {
  if (!/^[0-9a-z]{26}$/.test(id)) throw new Error(`not a body id: ${JSON.stringify(id)}`)
  // The last characters of a ULID are random: they spread files evenly over 1,024 folders.
  return join(directory, id.slice(-2), id)
}

/** Bodies in rows and, the large ones, in files below `directory`. */
export async function fileBodies(db: Kysely<Schema>, directory: string, care: BodyCare): Promise<Bodies> {
  const places: Places = {
    temporary: join(directory, 'tmp'),
    lasting: new Set(),
    pathOf: (id) => bodyPath(directory, id),
  }
  await mkdir(places.temporary, { recursive: true, mode: 0o700 })

  return {
    create: () => new FileBodyWriter(newId(), places, care),

    async link(trx, body, accountId, now) {
      await insert(trx, 'bodies', {
        id: body.id,
        account_id: accountId,
        size: body.size,
        data: body.data,
        created_at: now,
      })
    },

    async *read(id, start = 0, end = Infinity) {
      const row = await db
        .selectFrom('bodies')
        .select(['data', 'size'])
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) throw new BodyLost(id, 'is not in the store')
      if (row.data) {
        yield row.data.subarray(start, Math.min(end, row.size))
        return
      }
      yield* readFile(id, places.pathOf(id), start, Math.min(end, row.size), care)
    },

    async size(id) {
      const row = await db.selectFrom('bodies').select('size').where('id', '=', id).executeTakeFirst()
      return row?.size
    },

    async unlink(trx, id) {
      await trx.deleteFrom('bodies').where('id', '=', id).execute()
    },

    async discard(id) {
      await rm(places.pathOf(id), { force: true })
    },

    async folders() {
      const entries = await readdir(directory, { withFileTypes: true })
      return entries.flatMap((entry) => (entry.isDirectory() ? [join(directory, entry.name)] : [])).sort()
    },

    async files(folder) {
      const files: StoredFile[] = []
      for (const name of await readdir(folder).catch(none)) {
        const path = join(folder, name)
        // One that is gone by now was being written, or shredded.
        const about = await stat(path).catch(() => undefined)
        if (!about?.isFile()) continue
        const temporary = folder === places.temporary
        files.push({ name, path, size: about.size, changedAt: about.mtimeMs, temporary })
      }
      return files
    },

    async orphans(files) {
      const named = new Set<string>()
      for (let at = 0; at < files.length; at += namesAtOnce) {
        const names = files.slice(at, at + namesAtOnce).map(({ name }) => name)
        const rows = await db.selectFrom('bodies').select('id').where('id', 'in', names).execute()
        for (const { id } of rows) named.add(id)
      }
      return files.filter(({ name, temporary }) => temporary || !named.has(name))
    },

    async remove({ path }) {
      await rm(path, { force: true })
    },

    async probe() {
      await using writer = new FileBodyWriter(newId(), places, care)
      await writer.write(new Uint8Array(inlineLimit + 1))
      const { id } = await writer.finish()
      await rm(places.pathOf(id), { force: true })
    },
  }
}

/** Names in one query: the database has a bound on parameters, and builds a statement for each count. */
const namesAtOnce = 100

const none = (error: unknown): string[] => {
  if (codeOf(error) === 'ENOENT') return []
  throw error
}
