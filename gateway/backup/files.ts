import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** What a file holds. */
export const FileFacts = z.object({
  /** Bytes. */
  size: z.number().int().nonnegative(),
  /** Hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type FileFacts = z.infer<typeof FileFacts>

const pieceSize = 1024 * 1024

/** Files that are read, copied and fsynced at once: an fsync waits for the disk, not for us. */
const parallel = 4

/**
 * Copies a file as a new one, closed to other users and durable but for its directory. Reads it once.
 * @returns what was read, which is what was written.
 */
export async function copyFile(from: string, to: string): Promise<FileFacts> {
  await using source = await open(from, 'r')
  await using target = await open(to, 'wx', 0o600)
  const facts = await readThrough(source, (piece) => writeAll(target, piece))
  await target.sync()
  return facts
}

/** Size and hash of a file. */
export async function factsOf(path: string): Promise<FileFacts> {
  await using file = await open(path, 'r')
  return await readThrough(file)
}

async function readThrough(
  file: FileHandle,
  each?: (piece: Uint8Array) => Promise<void>,
): Promise<FileFacts> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(pieceSize)
  let size = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, pieceSize)
    if (bytesRead === 0) return { size, sha256: hash.digest('hex') }
    const piece = buffer.subarray(0, bytesRead)
    hash.update(piece)
    await each?.(piece)
    size += bytesRead
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, at)
    at += bytesWritten
  }
}

/** Writes a small new file, durable but for its directory. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  await using file = await open(path, 'wx', 0o600)
  await file.writeFile(content)
  await file.sync()
}

/** Makes what was written to a file, or what was made, renamed and removed in a directory, durable. */
export async function sync(path: string): Promise<void> {
  await using file = await open(path, 'r')
  await file.sync()
}

/** The same for a directory and all directories in it. */
export async function syncTree(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) await sync(join(entry.parentPath, entry.name))
  }
  await sync(directory)
}

/** Makes the directory that a file is to be in, closed to other users. */
export async function makeRoomFor(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
}

/** Runs a job for each item, a few at once. The first that fails ends it, once those that run have ended. */
export async function forEach<T>(items: Iterable<T>, job: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]()
  let failed = false
  const worker = async () => {
    for (let next = left.next(); !next.done && !failed; next = left.next()) {
      try {
        await job(next.value)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: parallel }, worker))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
