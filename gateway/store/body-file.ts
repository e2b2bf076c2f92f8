import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Room } from './room.ts'
import { spent } from './spent-memory.ts'

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

/** What a body store asks of the store around it. */
export interface BodyCare {
  readonly room: Room
  /** Takes what went wrong with the disk and gives back what is thrown. */
  readonly failed: (error: unknown) => unknown
}

/** A body that is not there as it was stored: no row, no file, or cut short. */
export class BodyLost extends Error {
  constructor(id: string, what: string, cause?: unknown) {
    super(`body ${id} ${what}`, { cause })
    this.name = 'BodyLost'
  }
}

/** Where files are. */
export interface Places {
  readonly temporary: string
  /** Folders that are durable themselves: each is seen to once, whoever made it. */
  readonly lasting: Set<string>
  pathOf(id: string): string
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/** Sealed bytes of a file from `start` up to, not including, `end`. Throws BodyLost. */
export async function* readFile(
  id: string,
  path: string,
  start: number,
  end: number,
  { failed }: BodyCare,
): AsyncGenerator<Buffer> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new BodyLost(id, 'has lost its file', error)
    throw failed(error)
  }
  try {
    for (let at = start; at < end;) {
      const buffer = Buffer.allocUnsafe(Math.min(256 * 1024, end - at))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at).catch((error: unknown) => {
        throw failed(error)
      })
      if (bytesRead === 0) throw new BodyLost(id, `is cut short at ${at} bytes`)
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
      spent(bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** Writes a body: to memory while it is small, then to a temporary file that is renamed once it is whole. */
export class FileBodyWriter implements BodyWriter {
  readonly #id: string
  readonly #places: Places
  readonly #temporary: string
  readonly #path: string
  readonly #care: BodyCare
  /** Not yet written to the file. */
  #chunks: Uint8Array[] = []
  #waiting = 0
  #size = 0
  #file: FileHandle | undefined
  #finished = false

  constructor(id: string, places: Places, care: BodyCare) {
    this.#id = id
    this.#places = places
    this.#temporary = join(places.temporary, id)
    this.#path = places.pathOf(id)
    this.#care = care
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.length
    this.#waiting += chunk.length
    this.#chunks.push(chunk)
    if (this.#size <= inlineLimit || this.#waiting < writeSize) return
    await this.#try(() => this.#flush())
  }

  async finish(): Promise<WrittenBody> {
    if (this.#size <= inlineLimit) {
      await this.#care.room.require()
      this.#finished = true
      return { id: this.#id, size: this.#size, data: Buffer.concat(this.#chunks) }
    }
    await this.#try(async () => {
      const file = await this.#flush()
      await file.sync()
      this.#file = undefined
      await file.close()
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
      await rename(this.#temporary, this.#path)
      const folder = dirname(this.#path)
      await syncDirectory(folder)
      if (this.#places.lasting.has(folder)) return
      await syncDirectory(dirname(folder))
      this.#places.lasting.add(folder)
    })
    this.#finished = true
    return { id: this.#id, size: this.#size, data: null }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#finished) return
    this.#finished = true
    this.#chunks = []
    // On a disk that fails these may fail too: what stays behind is swept, and there is a better error to tell of.
    await this.#file?.close().catch(() => undefined)
    for (const path of [this.#temporary, this.#path]) await rm(path, { force: true }).catch(() => undefined)
  }

  async #flush(): Promise<FileHandle> {
    await this.#care.room.require()
    this.#file ??= await open(this.#temporary, 'wx', 0o600)
    const chunks = this.#chunks
    const length = this.#waiting
    this.#chunks = []
    this.#waiting = 0
    await writeAll(this.#file, chunks)
    spent(length)
    return this.#file
  }

  async #try<T>(job: () => Promise<T>): Promise<T> {
    try {
      return await job()
    } catch (error) {
      throw this.#care.failed(error)
    }
  }
}

/** Writes pieces one after the other, without making one of them. */
async function writeAll(file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  let rest = pieces
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest)
    // A disk that takes less than all fails with the next try, and says why.
    rest = rest.flatMap((piece) => {
      const written = Math.min(piece.length, bytesWritten)
      bytesWritten -= written
      return written < piece.length ? [piece.subarray(written)] : []
    })
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
