import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Kysely, Transaction } from 'kysely'
import { newId } from './id.ts'
import { insert } from './insert.ts'
import type { Schema } from './schema.ts'

/**
 * Bodies up to this many sealed bytes stay in the database row, where one group commit makes many of them safe;
 * larger ones are files. 256 KB is where the two crossed (reference/mail.md section 5).
 */
export const inlineLimit = 256 * 1024

/** A file is written in pieces of at least this many bytes: each write is a trip to a thread and back. */
const writeSize = 512 * 1024

/** A body written and durable, not yet linked to anything. Linking it is one insert in the caller's transaction. */
export interface WrittenBody {
  readonly id: string
  /** Length of the sealed bytes. */
  readonly size: number
  /** The bytes where they are small, else null: then they are in a file. */
  readonly data: Uint8Array | null
}

/** Takes sealed bytes as they come. Small bodies stay in memory; the first byte over the limit opens a file. */
export interface BodyWriter extends AsyncDisposable {
  write(chunk: Uint8Array): Promise<void>
  /** Makes what was written durable: file and directory are fsynced. After it, disposing keeps the file. */
  finish(): Promise<WrittenBody>
}

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
  /** Removes files that no row names and that are older than `before` (ms), and temporary ones. Returns how many. */
  sweep(before: number): Promise<number>
}

/** Bodies in rows and, the large ones, in files below `directory`. */
export async function fileBodies(db: Kysely<Schema>, directory: string): Promise<Bodies> {
  const temporary = join(directory, 'tmp')
  await mkdir(temporary, { recursive: true, mode: 0o700 })

  const pathOf = (id: string) => {
    if (!/^[0-9a-z]{26}$/.test(id)) throw new Error(`not a body id: ${JSON.stringify(id)}`)
    // The last characters of a ULID are random: they spread files evenly over 1,024 folders.
    return join(directory, id.slice(-2), id)
  }

  return {
    create: () => new FileBodyWriter(newId(), temporary, pathOf),

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
      if (!row) throw new Error(`body ${id} is not in the store`)
      if (row.data) {
        yield row.data.subarray(start, Math.min(end, row.size))
        return
      }
      const file = await open(pathOf(id), 'r')
      try {
        const stop = Math.min(end, row.size)
        for (let at = start; at < stop;) {
          const buffer = Buffer.allocUnsafe(Math.min(256 * 1024, stop - at))
          const { bytesRead } = await file.read(buffer, 0, buffer.length, at)
          if (bytesRead === 0) throw new Error(`body ${id} is cut short at ${at} of ${row.size} bytes`)
          at += bytesRead
          yield buffer.subarray(0, bytesRead)
        }
      } finally {
        await file.close()
      }
    },

    async size(id) {
      const row = await db.selectFrom('bodies').select('size').where('id', '=', id).executeTakeFirst()
      return row?.size
    },

    async unlink(trx, id) {
      await trx.deleteFrom('bodies').where('id', '=', id).execute()
    },

    async discard(id) {
      await rm(pathOf(id), { force: true })
    },

    async sweep(before) {
      let removed = 0
      for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue
        const path = join(entry.parentPath, entry.name)
        const about = await stat(path).catch(() => undefined)
        if (!about || about.mtimeMs >= before) continue
        const row =
          entry.parentPath === temporary
            ? undefined
            : await db.selectFrom('bodies').select('id').where('id', '=', entry.name).executeTakeFirst()
        if (row) continue
        await rm(path, { force: true })
        removed++
      }
      return removed
    },
  }
}

class FileBodyWriter implements BodyWriter {
  readonly #id: string
  readonly #temporary: string
  readonly #pathOf: (id: string) => string
  /** Not yet written to the file. */
  #chunks: Uint8Array[] = []
  #waiting = 0
  #size = 0
  #file: FileHandle | undefined
  #finished = false

  constructor(id: string, temporaryDirectory: string, pathOf: (id: string) => string) {
    this.#id = id
    this.#temporary = join(temporaryDirectory, id)
    this.#pathOf = pathOf
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.length
    this.#waiting += chunk.length
    this.#chunks.push(chunk)
    if (this.#size <= inlineLimit || this.#waiting < writeSize) return
    await this.#flush()
  }

  async finish(): Promise<WrittenBody> {
    if (this.#size <= inlineLimit) {
      this.#finished = true
      return { id: this.#id, size: this.#size, data: Buffer.concat(this.#chunks) }
    }
    const file = await this.#flush()
    await file.sync()
    await file.close()
    this.#file = undefined
    const path = this.#pathOf(this.#id)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await rename(this.#temporary, path)
    await syncDirectory(dirname(path))
    await syncDirectory(dirname(dirname(path)))
    this.#finished = true
    return { id: this.#id, size: this.#size, data: null }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#finished) return
    this.#finished = true
    this.#chunks = []
    await this.#file?.close()
    await rm(this.#temporary, { force: true })
  }

  async #flush(): Promise<FileHandle> {
    this.#file ??= await open(this.#temporary, 'wx', 0o600)
    const chunks = this.#chunks
    this.#chunks = []
    this.#waiting = 0
    await this.#file.appendFile(Buffer.concat(chunks))
    return this.#file
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
