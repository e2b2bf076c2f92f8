import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type DecodedPacket, decode, encode } from 'dns-packet'

/**
 * A DNS server that does what real ones do not: stays silent, fails, lies about who it is. `says` sees the first
 * question and makes the reply of the packet it is given, which answers with nothing; undefined: no answer.
 */
export async function startFaultyDns(
  says: (question: { name: string; type: string }, packet: DecodedPacket) => DecodedPacket | undefined,
): Promise<AsyncDisposable & { readonly server: string; readonly asked: string[] }> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (bytes, from) => {
    const query = decode(bytes)
    const [question = { name: '', type: '' }] = query.questions ?? []
    asked.push(`${question.name} ${question.type}`)
    const reply = says(question, {
      ...query,
      flags: 0,
      type: 'response',
      answers: [],
      authorities: [],
      additionals: [],
    })
    if (reply) socket.send(encode(reply), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    server: `127.0.0.1:${socket.address().port}`,
    asked,
    async [Symbol.asyncDispose]() {
      socket.close()
      await once(socket, 'close')
    },
  }
}
