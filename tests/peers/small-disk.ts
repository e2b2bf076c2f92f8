import { execFile } from 'node:child_process'
import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestContext } from 'vitest'

const run = promisify(execFile)

/** A disk of its own with so much room and no more (a tmpfs). It is gone when it is disposed of. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string
}

/** Skips the test where this user can't mount. */
export async function smallDisk(context: Pick<TestContext, 'skip'>, megabytes: number): Promise<SmallDisk> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    context.skip('a small disk is mounted, which root on Linux can do')
  const path = await mkdtemp(join(tmpdir(), 'postern-small-'))
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'postern-test', path])
  return {
    path,
    async [Symbol.asyncDispose]() {
      // Lazily: a process that was killed a moment ago may still be leaving.
      await run('umount', ['-l', path])
      await rmdir(path)
    },
  }
}
