import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of a peer's own, which servers that change their user can enter. It is gone when it is disposed of. */
export interface Temporary extends AsyncDisposable {
  readonly path: string
}

export async function temporaryDirectory(name: string): Promise<Temporary> {
  const path = await mkdtemp(join(tmpdir(), `postern-${name}-`))
  await chmod(path, 0o755)
  return {
    path,
    // A server's last child may still write while the directory is taken away.
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  }
}
