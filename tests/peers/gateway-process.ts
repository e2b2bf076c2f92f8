import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const root = join(import.meta.dirname, '../..')

/** The gateway as its operator runs it: a process of its own. */
export interface GatewayProcess extends AsyncDisposable {
  readonly pid: number
  readonly smtpPort: number
  /** Without a slash at the end. */
  readonly httpUrl: string
  /** From spawn to taking mail, ms. */
  readonly startedIn: number
  /** What it logged so far. */
  log(): string
  /** SIGKILL: nothing of it runs any more when this resolves. */
  kill(): Promise<void>
  /** SIGTERM. Resolves to the exit code. */
  stop(): Promise<number | null>
}

const Started = z.object({ portal: z.string(), smtp: z.object({ port: z.number() }) })

/** A spawned gateway: its process at once, and what it says when it takes mail. */
export interface Spawned {
  readonly child: ChildProcess
  readonly ready: Promise<GatewayProcess>
}

/**
 * @param node options of node itself, such as `--cpu-prof`.
 * @param program what is run, when it is not the gateway's own: it takes the same words and says the same.
 */
export function spawnGateway({
  dataDir,
  environment = {},
  node = [],
  program = join(root, 'gateway/main.ts'),
}: {
  dataDir: string
  environment?: Record<string, string>
  node?: readonly string[]
  program?: string
}): Spawned {
  const begun = performance.now()
  const child = spawn(process.execPath, [...node, program, 'start', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      // Compiling its modules is half of the start; a test that starts it a hundred times does it once.
      NODE_COMPILE_CACHE: join(root, '.cache/compile'),
      POSTERN_DATA: dataDir,
      POSTERN_SMTP_PORT: '0',
      POSTERN_HTTP_PORT: '0',
      POSTERN_LOG_LEVEL: 'info',
      ...environment,
    },
  })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const exited = once(child, 'exit')
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
    return child.exitCode
  }
  const ready = (async (): Promise<GatewayProcess> => {
    const lines = createInterface({ input: child.stdout })
    const line = await Promise.race([
      new Promise<string>((resolve) => lines.once('line', resolve)),
      exited.then(() => undefined),
    ])
    if (line === undefined) throw new Error(`the gateway ended while it started:\n${log}`)
    const { portal, smtp } = Started.parse(JSON.parse(line))
    return {
      pid: child.pid ?? 0,
      smtpPort: smtp.port,
      httpUrl: new URL(portal).origin.replace('localhost', '127.0.0.1'),
      startedIn: performance.now() - begun,
      log: () => log,
      kill: async () => {
        await end('SIGKILL')
      },
      stop: () => end('SIGTERM'),
      [Symbol.asyncDispose]: async () => {
        if (child.exitCode === null && child.signalCode === null) await end('SIGTERM')
      },
    }
  })()
  return { child, ready }
}

/** Starts the gateway and waits until it takes mail. */
export function startGatewayProcess(options: Parameters<typeof spawnGateway>[0]): Promise<GatewayProcess> {
  return spawnGateway(options).ready
}
