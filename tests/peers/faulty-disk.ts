import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { access, mkdir, mkdtemp, readFile, realpath, rename, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestContext } from 'vitest'
import { program, requirePrograms } from './require.ts'

const run = promisify(execFile)
const source = join(import.meta.dirname, 'faulty-disk.c')
const cache = join(import.meta.dirname, '../../.cache')

/** In the order of faulty-disk.c. */
const operations = ['sync', 'write', 'read', 'rename', 'remove', 'create'] as const
export type Operation = (typeof operations)[number]

export interface Fault {
  /** What the call fails with; it succeeds where left out. */
  readonly error?: 'EIO' | 'ENOSPC' | 'EROFS' | 'EDQUOT'
  /** How late the call is, ms. */
  readonly delay?: number
  /** Calls that still succeed. */
  readonly skip?: number
  /** Calls that fail after those; all where left out. */
  readonly times?: number
  /** Only files whose path contains this, such as `postern.db` or `/bodies/`. */
  readonly within?: string
}

/** A directory whose disk can be told to fail, for one process: that which gets `environment`. */
export interface FaultyDisk extends AsyncDisposable {
  readonly environment: Record<string, string>
  /** From now on, until told otherwise. */
  fail(operation: Operation, fault: Fault): void
  /** As a disk that the system has turned read-only: nothing can be written, made, renamed or removed. */
  readOnly(): void
  /** Everything works again. */
  heal(): void
  /** Calls that were made to fail, since `fail` was last called for it. */
  failed(operation: Operation): number
}

const faultSize = 128

/**
 * Stands before the disk calls of a process on files below `root`: libc's, by a small library that is compiled once.
 * Skips the test where there is no compiler, or this is no Linux.
 */
export async function faultyDisk(context: Pick<TestContext, 'skip'>, root: string): Promise<FaultyDisk> {
  if (process.platform !== 'linux') context.skip('faults are injected with LD_PRELOAD, which is for Linux')
  requirePrograms(context, 'gcc')
  const library = await compiled()
  const directory = await mkdtemp(join(tmpdir(), 'postern-faults-'))
  const path = join(directory, 'faults')
  const file = openSync(path, 'w+')
  writeSync(file, Buffer.alloc(faultSize * operations.length))

  const place = (operation: Operation) => operations.indexOf(operation) * faultSize
  const tell = (operation: Operation, { error, delay = 0, skip = 0, times = -1, within = '' }: Fault) => {
    const bytes = Buffer.alloc(faultSize)
    bytes.writeInt32LE(error === undefined ? 0 : constants.errno[error], 0)
    bytes.writeInt32LE(delay, 4)
    bytes.writeInt32LE(skip, 8)
    bytes.writeInt32LE(times, 12)
    bytes.write(within, 32, 95)
    writeSync(file, bytes, 0, faultSize, place(operation))
  }
  return {
    environment: { LD_PRELOAD: library, FAULTY_DISK: path, FAULTY_DISK_ROOT: await realpath(root) },
    fail: tell,
    readOnly() {
      for (const operation of ['write', 'create', 'rename', 'remove'] as const) {
        tell(operation, { error: 'EROFS' })
      }
    },
    heal() {
      for (const operation of operations) tell(operation, {})
    },
    failed(operation) {
      const bytes = Buffer.alloc(4)
      readSync(file, bytes, 0, 4, place(operation) + 20)
      return bytes.readInt32LE()
    },
    async [Symbol.asyncDispose]() {
      closeSync(file)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The library, compiled where it is not there yet. */
async function compiled(): Promise<string> {
  const version = createHash('sha256')
    .update(await readFile(source))
    .digest('hex')
    .slice(0, 16)
  const library = join(cache, `faulty-disk-${version}.so`)
  try {
    await access(library)
    return library
  } catch {
    // Not compiled yet.
  }
  await mkdir(cache, { recursive: true })
  // Another test may compile it at the same moment: the last one wins, with the same bytes.
  const made = `${library}.${process.pid}`
  await run(program('gcc'), ['-shared', '-fPIC', '-O2', '-w', '-o', made, source, '-ldl'])
  await rename(made, library)
  return library
}
