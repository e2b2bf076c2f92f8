import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { freePort, untilListening } from '../peers/postfix.ts'
import { type Server, freshDirectory, outgoing } from './server.ts'

const installed = join(import.meta.dirname, '../../.cache/haraka')
const version = '3.3.4'

const LoopDelay = z.object({ p99: z.number(), max: z.number() })

/**
 * Haraka with its outbound queue, delivering nothing or all to one port, installed below `.cache` where it is not
 * yet. Its logs are off, and its queue is counted in files.
 */
export async function haraka(relayTo?: number): Promise<Server> {
  await install()
  await using starting = new AsyncDisposableStack()
  const { path } = starting.use(await freshDirectory('haraka'))
  const port = await freePort()
  await configure(path, port, relayTo)
  const child = spawn(
    process.execPath,
    [
      ...['--import', join(import.meta.dirname, 'loop-probe.ts')],
      ...[join(installed, 'node_modules/Haraka/bin/haraka'), '-c', path],
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
  )
  const { pid } = child
  if (pid === undefined) throw new Error('Haraka did not start')
  starting.defer(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  await untilListening(port)
  const living = starting.move()
  return {
    port,
    processes: async () => [pid],
    async loopDelay() {
      const answer = once(child, 'message')
      child.send('delay')
      return LoopDelay.parse((await answer)[0])
    },
    kept: async () => (await readdir(join(path, 'queue'))).filter((name) => !name.startsWith('.')).length,
    [Symbol.asyncDispose]: () => living.disposeAsync(),
  }
}

async function install(): Promise<void> {
  await mkdir(installed, { recursive: true })
  await writeFile(
    join(installed, 'package.json'),
    // Its libmime is not in every registry (reference/testbeds.md).
    JSON.stringify({
      private: true,
      dependencies: { Haraka: version },
      overrides: { libmime: '5.3.7' },
    }),
  )
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: installed,
  })
}

async function configure(path: string, port: number, relayTo: number | undefined): Promise<void> {
  const config = join(path, 'config')
  for (const folder of ['config', 'plugins', 'queue']) await mkdir(join(path, folder))
  // A partial connection.ini crashes it, so its own is copied; the last of two settings counts.
  await copyFile(join(installed, 'node_modules/Haraka/config/connection.ini'), join(config, 'connection.ini'))
  const files = {
    'smtp.ini': `listen=127.0.0.1:${port}\nnodes=0\n`,
    'outbound.ini':
      relayTo === undefined ? 'disabled=true\n' : `concurrency_max=${outgoing}\nlocal_mx_ok=true\n`,
    loglevel: 'CRIT\n',
    me: 'haraka.test\n',
    plugins: 'take_all\n',
    databytes: '100000000\n',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(config, name), text)
  const way = `exports.hook_get_mx = (next) => next(OK, { exchange: '127.0.0.1', port: ${relayTo ?? 9} })\n`
  await writeFile(
    join(path, 'plugins/take_all.js'),
    `exports.hook_rcpt = (next, connection) => { connection.relaying = true; next(OK) }\n${way}`,
  )
}
