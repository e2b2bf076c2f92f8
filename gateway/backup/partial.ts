import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../problem.ts'
import { codeOf, writeDurably } from './files.ts'

/** Tells which process is at work in an unfinished directory. */
export const ownerFile = 'process'

/**
 * Whether there is an unfinished directory, which a process left that is gone.
 * Throws Problem `partial-busy` where its process lives.
 */
export async function isAbandoned(path: string): Promise<boolean> {
  if (!(await isThere(path))) return false
  const pid = Number(await readFile(join(path, ownerFile), 'utf8').catch(() => ''))
  if (pid > 0 && pid !== process.pid && lives(pid)) {
    throw new Problem(
      'partial-busy',
      409,
      `Process ${pid} is writing ${path}. Wait for it; if it is another program by now, remove the directory.`,
    )
  }
  return true
}

/** Makes a directory that is filled now and gets its name later. */
export async function beginPartial(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 })
  try {
    await writeDurably(join(path, ownerFile), String(process.pid))
  } catch (error) {
    await rm(path, { recursive: true })
    throw error
  }
}

/** To be called before an unfinished directory gets its name. */
export async function disownPartial(path: string): Promise<void> {
  await rm(join(path, ownerFile))
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}
