import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Metrics } from './metrics.ts'

/** Longest times for which nothing else could run, ms. */
export interface LoopDelay {
  readonly p99: number
  readonly max: number
}

/** A server under load, fresh for each measurement. */
export interface Server extends AsyncDisposable {
  readonly port: number
  /** Those whose memory counts. */
  processes(): Promise<readonly number[]>
  /** Of its main thread, since last asked; undefined where it has no such loop. */
  loopDelay(): Promise<LoopDelay | undefined>
  /** Of the gateway alone. */
  metrics?(): Promise<Metrics>
  /** Messages that are safe on its disk; of one that relays, those that have not left. */
  kept(): Promise<number>
}

/** Where all servers keep their data: one disk for all, and not memory. */
export const place = process.env['POSTERN_BENCH_DIR'] ?? tmpdir()

/** Connections at once to the next server, of all that relay. */
export const outgoing = 20

export async function freshDirectory(name: string): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(place, `postern-bench-${name}-`))
  // Postfix works as a user of its own.
  await chmod(path, 0o755)
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  }
}
