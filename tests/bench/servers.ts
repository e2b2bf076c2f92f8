import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openStore } from '../../gateway/store/index.ts'
import { startGatewayProcess } from '../peers/gateway-process.ts'
import { freePort, startPostfix, untilListening } from '../peers/postfix.ts'

const run = promisify(execFile)
const cache = join(import.meta.dirname, '../../.cache')

/** A server under load, fresh for each measurement. */
export interface Server extends AsyncDisposable {
  readonly port: number
  readonly pid: number | undefined
  readonly httpUrl?: string
  readonly dataDir?: string
  /** Messages that are safe on its disk. */
  kept(): Promise<number>
}

/** Where all servers keep their data: one disk for all, and not memory. */
export const place = process.env['POSTERN_BENCH_DIR'] ?? tmpdir()

async function freshDirectory(name: string): Promise<string> {
  const directory = await mkdtemp(join(place, `postern-bench-${name}-`))
  // Postfix works as a user of its own.
  await chmod(directory, 0o755)
  return directory
}

const remove = (directory: string) =>
  rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })

/** The gateway as in production: a process of its own. */
export async function gateway(
  environment: Record<string, string> = {},
  node: readonly string[] = [],
): Promise<Server & { httpUrl: string; dataDir: string; pid: number }> {
  const dataDir = await freshDirectory('postern')
  const running = await startGatewayProcess({
    dataDir,
    environment: { POSTERN_LOG_LEVEL: 'warn', ...environment },
    node,
  })
  return {
    port: running.smtpPort,
    pid: running.pid,
    httpUrl: running.httpUrl,
    dataDir,
    async kept() {
      await using store = await openStore(dataDir)
      const { count } = await store.db
        .selectFrom('messages')
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return count
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      await remove(dataDir)
    },
  }
}

/** Postfix with its hold queue: durable, and delivers nothing. */
export async function postfixHold(): Promise<Server> {
  const postfix = await startPostfix({
    relayhost: '[127.0.0.1]:9',
    settings: {
      smtpd_data_restrictions: 'check_client_access static:HOLD',
      in_flow_delay: '0',
      default_process_limit: '200',
    },
    below: place,
  })
  return {
    port: postfix.port,
    pid: undefined,
    kept: () => postfix.queued('hold'),
    [Symbol.asyncDispose]: () => postfix[Symbol.asyncDispose](),
  }
}

const harakaVersion = '3.3.4'

/**
 * Haraka with its outbound queue, delivering nothing, installed below `.cache` where it is not yet. Its logs are
 * off, and its queue is counted in files.
 */
export async function haraka(): Promise<Server> {
  const installed = join(cache, 'haraka')
  await mkdir(installed, { recursive: true })
  await writeFile(
    join(installed, 'package.json'),
    // Its libmime is not in every registry (reference/testbeds.md).
    JSON.stringify({
      private: true,
      dependencies: { Haraka: harakaVersion },
      overrides: { libmime: '5.3.7' },
    }),
  )
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: installed })

  const directory = await freshDirectory('haraka')
  const port = await freePort()
  const config = join(directory, 'config')
  for (const folder of ['config', 'plugins', 'queue']) await mkdir(join(directory, folder))
  // A partial connection.ini crashes it, so its own is copied; the last of two settings counts.
  await copyFile(join(installed, 'node_modules/Haraka/config/connection.ini'), join(config, 'connection.ini'))
  const files = {
    'smtp.ini': `listen=127.0.0.1:${port}\nnodes=0\n`,
    'outbound.ini': 'disabled=true\n',
    loglevel: 'CRIT\n',
    me: 'haraka.test\n',
    plugins: 'take_all\n',
    databytes: '100000000\n',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(config, name), text)
  await writeFile(
    join(directory, 'plugins/take_all.js'),
    'exports.hook_rcpt = (next, connection) => { connection.relaying = true; next(OK) }\n',
  )
  const child = spawn(
    process.execPath,
    [join(installed, 'node_modules/Haraka/bin/haraka'), '-c', directory],
    { stdio: 'ignore' },
  )
  await untilListening(port)
  return {
    port,
    pid: child.pid,
    kept: async () =>
      (await readdir(join(directory, 'queue'))).filter((name) => !name.startsWith('.')).length,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      await remove(directory)
    },
  }
}
