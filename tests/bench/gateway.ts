import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openStore } from '../../gateway/store/index.ts'
import { startGatewayProcess } from '../peers/gateway-process.ts'
import { type Metrics, metricsOf } from './metrics.ts'
import { profileFlags } from './profile.ts'
import { type LoopDelay, type Server, freshDirectory, outgoing } from './server.ts'

export interface Gateway extends Server {
  readonly pid: number
  readonly httpUrl: string
  readonly dataDir: string
  /** From spawn to taking mail, ms. */
  readonly startedIn: number
  loopDelay(): Promise<LoopDelay>
  metrics(): Promise<Metrics>
}

/**
 * The gateway as in production: a process of its own. With `--profile` each of its threads leaves a .cpuprofile.
 * @param dataDir where its data stays; else it is fresh, and gone afterwards.
 */
export async function gateway({
  relayTo,
  environment = {},
  dataDir,
}: {
  relayTo?: number | undefined
  environment?: Record<string, string>
  dataDir?: string
} = {}): Promise<Gateway> {
  await using starting = new AsyncDisposableStack()
  const directory = dataDir ?? starting.use(await freshDirectory('postern')).path
  const running = starting.use(
    await startGatewayProcess({
      dataDir: directory,
      environment: {
        POSTERN_LOG_LEVEL: 'warn',
        ...(relayTo !== undefined && {
          POSTERN_SMART_HOST: `127.0.0.1:${relayTo}`,
          POSTERN_CONNECTIONS: String(outgoing),
        }),
        ...environment,
      },
      node: profileFlags,
    }),
  )
  const { smtpPort: port, pid, httpUrl, startedIn } = running
  const living = starting.move()
  return {
    port,
    pid,
    httpUrl,
    dataDir: directory,
    startedIn,
    metrics: () => metricsOf(httpUrl),
    processes: async () => [pid],
    async loopDelay() {
      const metrics = await metricsOf(httpUrl)
      const ms = (which: string) => (metrics.total(`postern_event_loop_delay_${which}_seconds`) ?? NaN) * 1000
      return { p99: ms('p99'), max: ms('max') }
    },
    async kept() {
      if (relayTo !== undefined) return (await metricsOf(httpUrl)).total('postern_queue_depth') ?? NaN
      await using store = await openStore(directory)
      const { count } = await store.db
        .selectFrom('messages')
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return count
    },
    [Symbol.asyncDispose]: () => living.disposeAsync(),
  }
}

/** Runs a command of the gateway. Resolves to what it took, ms; rejects where it failed and that counts. */
export async function timeOfCommand(
  words: readonly string[],
  dataDir: string,
  mayFail = false,
): Promise<number> {
  const program = join(import.meta.dirname, '../../gateway/main.ts')
  const begun = performance.now()
  await promisify(execFile)(process.execPath, [program, ...words], {
    env: { ...process.env, POSTERN_DATA: dataDir },
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => {
    if (!mayFail) throw error
  })
  return performance.now() - begun
}
