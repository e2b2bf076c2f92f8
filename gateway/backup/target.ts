import { readdir, stat, statfs } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { Problem } from '../problem.ts'
import { StoreTrouble, troubleOf } from '../store/index.ts'
import { codeOf } from './files.ts'

/** Room that is to be left on a disk, bytes: for what SQLite and the file system need besides. */
const spare = 16 * 1024 * 1024

/**
 * Throws Problem where a backup can't get the name `target`: there is something, it lies in the store, its parent is
 * missing.
 */
export async function requireFreeName(target: string, store: string): Promise<void> {
  const within = relative(resolve(store), resolve(target))
  if (within === '' || !/^\.\.(\/|$)/.test(within)) {
    throw new Problem('backup-inside', 400, `${target} lies in the data directory. Name one outside of it.`)
  }
  const parent = await stat(dirname(target)).catch((error: unknown) => {
    throw new Problem(
      'backup-no-parent',
      404,
      `${dirname(target)} can't be looked into. Make it first.`,
      error,
    )
  })
  const there = await stat(target).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
    return undefined
  })
  if (!there) return
  if (!there.isDirectory() || (await readdir(target)).length > 0) {
    throw new Problem('backup-exists', 409, `${target} is there already. Name a new directory.`)
  }
  if (there.dev !== parent.dev) {
    throw new Problem(
      'backup-mount',
      400,
      `${target} is a disk of its own, and a backup gets its name by renaming. Name a new directory on it.`,
    )
  }
}

/** Throws Problem `disk-full` where the disk that `directory` is on has no room for so many bytes. */
export async function requireRoom(directory: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory)
  const free = bavail * bsize
  if (free >= bytes + spare) return
  throw new Problem(
    'disk-full',
    507,
    `${megabytes(bytes + spare)} MB are needed in ${directory}, and ${megabytes(free)} MB are free. Make room, or choose another disk.`,
  )
}

/** What the disk says, as a person can act on it. */
export function diskProblem(error: unknown, directory: string): unknown {
  if (error instanceof Problem && !(error instanceof StoreTrouble)) return error
  const trouble = troubleOf(error)
  if (trouble?.kind === 'full') {
    return new Problem('disk-full', 507, `The disk of ${directory} is full. Make room, and try again.`, error)
  }
  if (trouble?.kind === 'failing') {
    return new Problem(
      'not-writable',
      403,
      `${directory} can't be written or read (${messageOf(trouble.cause)}). Give this user the right to, or choose another.`,
      error,
    )
  }
  return error
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024)
}
