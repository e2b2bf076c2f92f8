import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, isIPv6 } from 'node:net'
import type { DecodedPacket } from 'dns-packet'
import { type AskedType, toAnswer, toQuestion } from './packet.ts'
import type { DnsServer } from './server.ts'

/**
 * Asks one server one question, over UDP, and over TCP where the answer does not fit. Every question has an id at
 * random and a socket, and with it a port, of its own, which takes packets of this server alone: what somebody
 * elsewhere can send has to guess both (RFC 5452 section 9). Rejects after `ms`, or where the server can't be reached.
 */
export async function exchange(
  server: DnsServer,
  name: string,
  type: AskedType,
  ms: number,
): Promise<DecodedPacket> {
  const signal = AbortSignal.timeout(ms)
  const packet = await overUdp(server, name, type, signal)
  return packet.flag_tc ? await overTcp(server, name, type, signal) : packet
}

async function overUdp(
  { address, port }: DnsServer,
  name: string,
  type: AskedType,
  signal: AbortSignal,
): Promise<DecodedPacket> {
  const id = randomInt(65_536)
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  try {
    socket.connect(port, address)
    await once(socket, 'connect', { signal })
    const answered = new Promise<DecodedPacket>((resolve, reject) => {
      socket.on('message', (bytes) => {
        const packet = toAnswer(bytes, id, name, type)
        if (packet) resolve(packet)
      })
      socket.on('error', reject)
      signal.addEventListener('abort', () => reject(new Error('it does not answer')), { once: true })
    })
    socket.send(toQuestion(id, name, type))
    return await answered
  } finally {
    socket.close()
  }
}

/** RFC 7766: each message has its length before it. */
async function overTcp(
  { address, port }: DnsServer,
  name: string,
  type: AskedType,
  signal: AbortSignal,
): Promise<DecodedPacket> {
  const id = randomInt(65_536)
  const socket = connect({ host: address, port, signal })
  try {
    const question = toQuestion(id, name, type)
    const length = Buffer.alloc(2)
    length.writeUInt16BE(question.length)
    socket.write(Buffer.concat([length, question]))
    let got = Buffer.alloc(0)
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      got = Buffer.concat([got, chunk])
      if (got.length < 2 || got.length < 2 + got.readUInt16BE(0)) continue
      const packet = toAnswer(got.subarray(2, 2 + got.readUInt16BE(0)), id, name, type)
      if (!packet) throw new Error('it answers something else')
      return packet
    }
    throw new Error('it closed the connection')
  } finally {
    socket.destroy()
  }
}
