import { type Socket, connect } from 'node:net'

/** A plain SMTP client that sends what it is told, byte for byte, and reads replies; no library in between. */
export interface Sender extends Disposable {
  /** Sends one message. Resolves to the last reply of the server; rejects where the connection ends before it. */
  send(message: { from: string; to: readonly string[]; data: string }): Promise<string>
}

export async function connectSender(port: number): Promise<Sender> {
  const socket = connect(port, '127.0.0.1')
  const replies = repliesOf(socket)
  const say = async (text: string) => {
    socket.write(text)
    return replies.next()
  }
  await replies.next()
  await say('EHLO sender.test\r\n')
  return {
    async send({ from, to, data }) {
      for (const command of [`MAIL FROM:<${from}>`, ...to.map((one) => `RCPT TO:<${one}>`), 'DATA']) {
        const reply = await say(`${command}\r\n`)
        if (!/^[23]/.test(reply)) {
          await say('RSET\r\n')
          return reply
        }
      }
      return say(`${data.replace(/^\./gm, '..')}\r\n.\r\n`)
    },
    [Symbol.dispose]: () => socket.destroy(),
  }
}

/** Whole replies, those of several lines as one. One is waited for at a time. */
function repliesOf(socket: Socket): { next(): Promise<string> } {
  let text = ''
  let changed = () => {
    // Nobody waits.
  }
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    changed()
  })
  socket.on('close', () => changed())
  // What went wrong does not matter: the end of the connection is what a reader sees.
  socket.on('error', () => socket.destroy())
  return {
    async next() {
      for (;;) {
        const reply = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(text)?.[0]
        if (reply !== undefined) {
          text = text.slice(reply.length)
          return reply.trim()
        }
        if (socket.closed) throw new Error('the connection has ended')
        await new Promise<void>((resolve) => (changed = resolve))
      }
    },
  }
}
