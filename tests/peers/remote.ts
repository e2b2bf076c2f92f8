import { once } from 'node:events'
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { TLSSocket } from 'node:tls'

/** What a remote received in one transaction. */
export interface Received {
  readonly from: string
  readonly parameters: string
  readonly to: readonly string[]
  /** Bytes as they were before dot-stuffing, without the final dot. */
  readonly data: Buffer
  /** Parameters of each RCPT that was taken. */
  readonly rcptParameters: readonly string[]
  /** Number of the connection it came by, from 1. */
  readonly connection: number
  /** It came over TLS. */
  readonly secure: boolean
}

export interface Remote extends AsyncDisposable {
  readonly port: number
  readonly received: Received[]
  /** Connections accepted so far, and the most at one time. */
  readonly connections: number
  readonly mostAtOnce: number
  /** Ends all connections, as a server does with idle ones. */
  hangUp(): void
}

/** What the remote answers instead of what it would; `hang` never answers, `close` ends the connection. */
export type Answer = string | undefined

/**
 * A mail server whose every answer a test decides: a real listener, real SMTP, nothing of nodemailer in it.
 * `answer` sees each command (`GREETING`, `EHLO x`, ..., `END` for the final dot) and may change the reply.
 */
export async function startRemote({
  features = ['PIPELINING', '8BITMIME', 'SIZE 100000000'],
  answer = () => undefined,
  delay = 0,
  tls,
  address = '127.0.0.1',
  port = 0,
  name = 'remote.test',
}: {
  features?: string[]
  answer?: (command: string, message: Omit<Received, 'data'>) => Answer
  /** ms before the reply to the final dot. */
  delay?: number
  /** STARTTLS is offered, or TLS is there from the first byte; PEM. */
  tls?: { key: string; cert: string; implicit?: boolean }
  /** Where it listens; any free port of loopback where left out. */
  address?: string
  port?: number
  /** What it calls itself. */
  name?: string
} = {}): Promise<Remote> {
  const received: Received[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let mostAtOnce = 0

  const server = createServer((accepted) => {
    let socket: Socket = accepted
    sockets.add(accepted)
    const connection = ++connections
    mostAtOnce = Math.max(mostAtOnce, sockets.size)
    accepted.on('close', () => sockets.delete(accepted))
    accepted.on('error', () => accepted.destroy())
    let secure = false
    const begin = () => ({
      from: '',
      parameters: '',
      to: [] as string[],
      rcptParameters: [] as string[],
      connection,
      secure,
    })
    let message = begin()
    let waiting = Buffer.alloc(0)
    let inData = false
    const encrypt = () => {
      accepted.removeAllListeners('data')
      socket = new TLSSocket(accepted, { isServer: true, ...tls })
      socket.on('error', () => accepted.destroy())
      socket.on('data', read)
      secure = true
      waiting = Buffer.alloc(0)
    }

    const reply = (command: string, usual: string) => {
      const said = answer(command, message) ?? usual
      if (said === 'close') socket.destroy()
      else if (said !== 'hang') socket.write(`${said}\r\n`)
      return said
    }

    const command = (line: string) => {
      const verb = line.slice(0, 4).toUpperCase()
      const path = /<([^>]*)>(.*)/.exec(line)
      if (verb === 'EHLO') {
        const lines = [name, ...features, ...(tls && !secure ? ['STARTTLS'] : [])]
        reply(
          line,
          lines.map((text, index) => `250${index < lines.length - 1 ? '-' : ' '}${text}`).join('\r\n'),
        )
      } else if (verb === 'MAIL') {
        message = { ...begin(), from: path?.[1] ?? '', parameters: path?.[2]?.trim() ?? '' }
        reply(line, '250 2.1.0 sender fine')
      } else if (verb === 'RCPT') {
        if (reply(line, '250 2.1.5 recipient fine').startsWith('2')) {
          message.to.push(path?.[1] ?? '')
          message.rcptParameters.push(path?.[2]?.trim() ?? '')
        }
      } else if (verb === 'DATA') {
        inData = reply(line, message.to.length > 0 ? '354 go on' : '503 5.5.1 nobody').startsWith('3')
      } else if (verb === 'STAR') {
        if (reply(line, '220 2.0.0 go on').startsWith('220') && tls) encrypt()
      } else if (verb === 'QUIT') {
        reply(line, '221 2.0.0 bye')
        socket.end()
      } else {
        reply(line, '250 2.0.0 fine')
      }
    }

    const read = (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk])
      for (;;) {
        const end = waiting.indexOf(inData ? '\r\n.\r\n' : '\r\n')
        if (end < 0) return
        if (!inData) {
          const line = waiting.subarray(0, end).toString()
          waiting = waiting.subarray(end + 2)
          command(line)
          continue
        }
        const data = unstuffed(waiting.subarray(0, end + 2))
        waiting = waiting.subarray(end + 5)
        inData = false
        const done = message
        setTimeout(() => {
          const said = reply('END', `250 2.0.0 taken as ${received.length + 1}`)
          if (said.startsWith('2')) received.push({ ...done, data })
        }, delay)
      }
    }
    accepted.on('data', read)
    if (tls?.implicit) encrypt()
    reply('GREETING', `220 ${name} ESMTP`)
  })
  server.listen(port, address)
  await once(server, 'listening')
  return {
    // A listening TCP server has a port.
    port: (server.address() as AddressInfo).port,
    received,
    get connections() {
      return connections
    },
    get mostAtOnce() {
      return mostAtOnce
    },
    hangUp() {
      for (const socket of sockets) socket.destroy()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Removes the dot that RFC 5321 section 4.5.2 puts before lines that begin with one. */
function unstuffed(data: Buffer): Buffer {
  const text = data
    .toString('latin1')
    .replace(/^\./, '')
    .replace(/\r\n\./g, '\r\n')
  return Buffer.from(text, 'latin1')
}
