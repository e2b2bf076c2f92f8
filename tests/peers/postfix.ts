import { execFile, spawn } from 'node:child_process'
import { chmod, chown, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { type AddressInfo, createServer, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { program } from './require.ts'

const run = promisify(execFile)

/** A Postfix of the test's own: its files below a temporary directory, nothing of the machine's Postfix touched. */
export interface Postfix extends AsyncDisposable {
  readonly port: number
  /** Of the process that starts all others. */
  masterPid(): Promise<number>
  /** Messages that are in these queues now. */
  queued(...queues: QueueName[]): Promise<number>
  /** An outage: nothing listens and nothing is sent until `start`; the queue stays. */
  stop(): Promise<void>
  start(): Promise<void>
  log(): Promise<string>
}

export type QueueName = 'maildrop' | 'incoming' | 'active' | 'deferred' | 'hold'

/**
 * Starts Postfix as root (it changes user itself), without systemd.
 * @param relayhost where everything goes, such as `[127.0.0.1]:2525`.
 * @param settings more lines of main.cf.
 */
export async function startPostfix({
  relayhost,
  settings = {},
  below = tmpdir(),
}: {
  relayhost?: string
  settings?: Record<string, string>
  /** Where its directory is made. */
  below?: string
}): Promise<Postfix> {
  const directory = await mkdtemp(join(below, 'postern-postfix-'))
  const conf = join(directory, 'conf')
  const port = await freePort()
  await chmod(directory, 0o755)
  for (const folder of ['conf', 'queue', 'data']) await mkdir(join(directory, folder))
  const { uid, gid } = await userIds('postfix')
  await chown(join(directory, 'data'), uid, gid)
  const log = join(directory, 'maillog')
  const main = {
    compatibility_level: '3.6',
    queue_directory: join(directory, 'queue'),
    data_directory: join(directory, 'data'),
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    maillog_file: log,
    maillog_file_prefixes: `${directory}, /var`,
    myhostname: 'postfix.test',
    mydestination: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    alias_maps: '',
    alias_database: '',
    local_recipient_maps: '',
    smtpd_relay_restrictions: 'permit_mynetworks, reject',
    smtpd_client_connection_count_limit: '0',
    smtpd_client_connection_rate_limit: '0',
    message_size_limit: '104857600',
    mailbox_size_limit: '0',
    virtual_mailbox_limit: '0',
    smtp_tls_security_level: 'may',
    minimal_backoff_time: '5s',
    maximal_backoff_time: '5s',
    queue_run_delay: '5s',
    // Nothing leaves this machine by its own way.
    ...(relayhost === undefined ? { default_transport: 'error:no way out' } : { relayhost }),
    ...settings,
  }
  await writeFile(
    join(conf, 'main.cf'),
    Object.entries(main)
      .map(([key, value]) => `${key} = ${value}\n`)
      .join(''),
  )
  await writeFile(join(conf, 'master.cf'), await masterFile(port))
  for (const file of ['postfix-files', 'dynamicmaps.cf']) {
    await copyFile(join('/etc/postfix', file), join(conf, file)).catch(() => undefined)
  }
  // The path is absolute: with a relative one `stop` fails without a word (reference/testbeds.md section 1).
  const postfix = (command: string) => run(program('postfix'), ['-c', conf, command])
  const start = async () => {
    await postfix('start')
    await untilListening(port)
  }
  const stop = async () => {
    await postfix('stop').catch(() => postfix('abort').catch(() => undefined))
  }
  const remove = async () => {
    await stop()
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  try {
    await start()
  } catch (error) {
    const text = await readFile(log, 'utf8').catch(() => '')
    await remove()
    throw new Error(`Postfix did not start:\n${text}`, { cause: error })
  }
  return {
    port,
    start,
    stop,
    log: () => readFile(log, 'utf8'),
    masterPid: async () => Number(await readFile(join(directory, 'queue/pid/master.pid'), 'utf8')),
    async queued(...queues) {
      const folders = queues.map((queue) => join(directory, 'queue', queue))
      // One character a file: there may be a million.
      const { stdout } = await run('find', [...folders, '-type', 'f', '-printf', '.'], {
        maxBuffer: 256 * 1024 * 1024,
      }).catch((error: unknown) => stillMoving(error))
      return stdout.length
    },
    [Symbol.asyncDispose]: remove,
  }
}

/** A file that went from one queue to another while `find` looked is an error to it, and none to us. */
function stillMoving(error: unknown): { stdout: string } {
  if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string') {
    return { stdout: error.stdout }
  }
  throw error
}

/** Debian's services, with our port instead of 25 and nothing chrooted (the chroot is not set up here). */
async function masterFile(port: number): Promise<string> {
  const usual = await readFile('/etc/postfix/master.cf.proto', 'utf8')
  const lines = usual
    .replace(/^smtp {6}inet .*$/m, `127.0.0.1:${port} inet n - n - - smtpd`)
    .split('\n')
    .map((line) => {
      if (/^[#\s]/.test(line)) return line
      const fields = line.split(/\s+/)
      if (fields.length >= 8 && fields[4] === 'y') fields[4] = 'n'
      return fields.join(' ')
    })
  return lines.join('\n')
}

/** Of /etc/passwd. */
export async function userIds(name: string): Promise<{ uid: number; gid: number }> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((one) => one.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined) throw new Error(`there is no user ${name}`)
  return { uid: Number(uid), gid: Number(gid) }
}

/** A server that takes everything and keeps each message as a file (Postfix's own smtp-sink). */
export interface Sink extends AsyncDisposable {
  readonly port: number
  /** Messages taken so far, as it counts them. */
  readonly taken: number
  /** Messages so far: envelope lines of smtp-sink (X-Mail-Args, X-Rcpt-Args) apart from the text. */
  messages(): Promise<{ envelope: string; text: Buffer }[]>
}

/** @param keep messages are kept; else they are counted and thrown away. */
export async function startSink({ keep = true } = {}): Promise<Sink> {
  const directory = await mkdtemp(join(tmpdir(), 'postern-sink-'))
  const { uid, gid } = await userIds('nobody')
  await chown(directory, uid, gid)
  const port = await freePort()
  const child = spawn(
    program('smtp-sink'),
    ['-c', '-u', 'nobody', '-R', directory, ...(keep ? ['-D', 'message.'] : []), `127.0.0.1:${port}`, '256'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  let taken = 0
  // `sess=1 quit=1 mesg=2`, again and again, each over the one before.
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    for (const [, count] of text.matchAll(/mesg=(\d+)\s/g)) taken = Number(count)
  })
  await untilListening(port)
  return {
    port,
    get taken() {
      return taken
    },
    async messages() {
      const { stdout } = await run('find', [directory, '-type', 'f'])
      const files = stdout.split('\n').filter((line) => line !== '')
      return Promise.all(files.sort().map(async (file) => sunk(await readFile(file))))
    },
    async [Symbol.asyncDispose]() {
      child.kill()
      await once(child, 'exit')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** smtp-sink writes its own header lines first, line ends as LF, and a blank line after the last line. */
function sunk(file: Buffer): { envelope: string; text: Buffer } {
  const text = file.toString('latin1')
  const own = /^(X-[A-Za-z-]+: .*\n|Received: .*\n(?:[ \t].*\n)*)*/.exec(text)?.[0] ?? ''
  return { envelope: own, text: Buffer.from(text.slice(own.length), 'latin1') }
}

/** A port that was free a moment ago: Postfix and smtp-sink can't choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A listening TCP server has a port.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Resolves once something listens; rejects after `patience` ms. */
export async function untilListening(port: number, patience = 10_000): Promise<void> {
  const end = Date.now() + patience
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await sleep(50)
    } finally {
      socket.destroy()
    }
  }
}
