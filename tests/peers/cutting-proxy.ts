import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

/** A place in an SMTP session at which the connection can be cut. */
export type Place =
  /** As soon as it was made. */
  | { readonly at: 'greeting'; readonly connection: number }
  /** Instead of a RCPT command. */
  | { readonly at: 'rcpt'; readonly recipient: string }
  /** In the middle of the message: the server has part of it and never sees the final dot. */
  | { readonly at: 'data'; readonly recipients: readonly string[] }
  /** After the server's reply to the final dot, which the client never sees. */
  | { readonly at: 'answer'; readonly recipients: readonly string[]; readonly reply: string }

/** A message that was sent to its final dot. Times in ms since 1970. */
export interface Transaction {
  /** Of its RCPT commands, refused ones included. */
  readonly recipients: readonly string[]
  /** With angle brackets, '' where the header has none. */
  readonly messageId: string
  readonly dotAt: number
  /** The server's reply, once the client was sent it. */
  answer?: { readonly at: number; readonly reply: string }
}

export interface CuttingProxy extends AsyncDisposable {
  readonly port: number
  readonly transactions: readonly Transaction[]
  /** Connections cut so far. */
  readonly cuts: Readonly<Record<Place['at'], number>>
  /** Connections that found no server. */
  readonly unreached: number
}

/**
 * Stands between an SMTP client and a server, passes bytes on as they come, and cuts connections where `cut` says
 * so. It reads what it passes: the server may not offer STARTTLS.
 */
export async function startCuttingProxy(to: number, cut: (place: Place) => boolean): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  const transactions: Transaction[] = []
  const cuts = { greeting: 0, rcpt: 0, data: 0, answer: 0 }
  let connections = 0
  let unreached = 0
  const decide = (place: Place) => {
    const now = cut(place)
    if (now) cuts[place.at]++
    return now
  }

  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1')
    upstream.once('error', () => upstream.pending && unreached++)
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end).on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    if (decide({ at: 'greeting', connection: ++connections })) {
      end()
      return
    }

    let recipients: string[] = []
    let commands = ''
    let message: PassingMessage | undefined
    let unanswered: Transaction | undefined
    let replies = ''
    let lastReply = ''

    client.on('data', (chunk: Buffer) => {
      // A client waits for the reply to DATA: what it sends after a 354 is the message.
      if (lastReply.startsWith('354')) {
        message = createPassingMessage()
        lastReply = ''
      }
      if (message) {
        if (message.endsIn(chunk)) {
          if (decide({ at: 'data', recipients })) {
            client.destroy()
            upstream.end(chunk.subarray(0, Math.max(0, chunk.length - 5) / 2), end)
            return
          }
          unanswered = { recipients, messageId: message.messageId(), dotAt: Date.now() }
          transactions.push(unanswered)
          message = undefined
        }
        upstream.write(chunk)
        return
      }
      commands += chunk.toString('latin1')
      const lines = commands.split(/(?<=\n)/)
      commands = lines.at(-1)?.endsWith('\n') === true ? '' : (lines.pop() ?? '')
      for (const line of lines) {
        const path = /<([^>]*)>/.exec(line)?.[1] ?? ''
        if (/^mail/i.test(line)) recipients = []
        if (/^rcpt/i.test(line)) {
          if (decide({ at: 'rcpt', recipient: path })) {
            end()
            return
          }
          recipients.push(path)
        }
        upstream.write(line, 'latin1')
      }
    })

    upstream.on('data', (chunk: Buffer) => {
      replies += chunk.toString('latin1')
      const whole = /^(?:(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n)*/.exec(replies)?.[0] ?? ''
      if (whole === '') return
      replies = replies.slice(whole.length)
      lastReply = whole.trimEnd().split('\r\n').at(-1) ?? ''
      if (unanswered) {
        if (decide({ at: 'answer', recipients: unanswered.recipients, reply: lastReply })) {
          end()
          return
        }
        unanswered.answer = { at: Date.now(), reply: lastReply }
        unanswered = undefined
      }
      client.write(whole, 'latin1')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // A listening TCP server has a port.
    port: (server.address() as AddressInfo).port,
    transactions,
    cuts,
    get unreached() {
      return unreached
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

interface PassingMessage {
  /** Whether its final dot is in this chunk, which is the next one. */
  endsIn(chunk: Buffer): boolean
  messageId(): string
}

/** Keeps of a message that passes its beginning and its last bytes. */
function createPassingMessage(): PassingMessage {
  let beginning = ''
  let tail = '\r\n'
  return {
    endsIn(chunk) {
      const text = chunk.toString('latin1')
      if (beginning.length < 65_536) beginning += text
      tail = (tail + text).slice(-5)
      return tail === '\r\n.\r\n'
    },
    messageId() {
      const header = beginning.split('\r\n\r\n', 1)[0] ?? ''
      return /^message-id:\s*(<[^>\r\n]*>)/im.exec(header)?.[1] ?? ''
    },
  }
}
