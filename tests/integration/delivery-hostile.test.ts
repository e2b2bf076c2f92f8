/** Servers that break off, stall, ramble and lie: each message ends as it should, and nothing hangs. */
import { once } from 'node:events'
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../fixtures/until.ts'
import { startRemote } from '../peers/remote.ts'
import { type Mail, type RoutesGround, letter, routesGround } from './routes-parts.ts'

let parts: RoutesGround
beforeAll(async () => {
  parts = await routesGround()
})
afterAll(() => parts[Symbol.asyncDispose]())

/** What a server does that a test has written down: called for each piece that comes in. */
async function startScript(
  script: (socket: Socket, got: string) => void,
): Promise<AsyncDisposable & { port: number; connections: () => number }> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.write('220 script.test\r\n')
    socket.on('data', (chunk) => script(socket, chunk.toString()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // A listening TCP server has a port.
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function sendTo(port: number, mail: Partial<Mail> = {}) {
  using ways = parts.ways({ smartHost: { host: '127.0.0.1', port } })
  return await ways.send({ to: ['bob@far.test'], ...mail })
}

/** Answers EHLO, and the rest by the first word of what comes in. */
const answering = (says: Record<string, (socket: Socket) => void>) => (socket: Socket, got: string) => {
  const said = Object.entries(says).find(([word]) => got.startsWith(word) || got.includes(`\r\n${word}`))
  if (said) said[1](socket)
  else if (got.startsWith('EHLO')) socket.write('250 script.test\r\n')
  else if (got.startsWith('DATA')) socket.write('354 go on\r\n')
  else if (/^(MAIL|RCPT|RSET|QUIT)/.test(got)) socket.write('250 2.0.0 fine\r\n')
}

const large = letter + `${'x'.repeat(998)}\r\n`.repeat(20_000)

describe('the answer to a whole message', () => {
  test.each([
    ['never comes', 'hang', /answer took too long/],
    ['is cut off', 'close', /closed/],
  ])('that %s is told as lost, and the message is sent again later', async (_what, said, why) => {
    await using remote = await startRemote({ answer: (command) => (command === 'END' ? said : undefined) })
    const [outcome] = await sendTo(remote.port)
    expect(outcome).toMatchObject({ state: 'deferred', status: '4.4.2' })
    expect(outcome?.reply).toMatch(why)
    expect(outcome?.reply).toContain('its answer was lost')
    expect(outcome?.reply).toContain('It may arrive twice')
  })

  test.each([
    ['4yz defers it', '451 4.3.0 disk full', 'deferred', '4.3.0'],
    ['5yz fails it', '554 5.7.1 spam', 'failed', '5.7.1'],
    ['without a status gets one of its digit', '552 too big', 'failed', '5.0.0'],
    ['421 defers it', '421 going down', 'deferred', '4.0.0'],
    ['of several lines is one', '250-2.0.0 taken\r\n250 2.0.0 as 7', 'delivered', '2.0.0'],
  ])('%s', async (_what, said, state, status) => {
    await using remote = await startRemote({ answer: (command) => (command === 'END' ? said : undefined) })
    expect(await sendTo(remote.port)).toMatchObject([{ state, status }])
  })
})

describe('a server that', () => {
  test('closes while the message is sent has not taken it', async () => {
    await using server = await startScript(answering({ From: (socket) => socket.destroy() }))
    const outcomes = await sendTo(server.port, { text: large })
    expect(outcomes).toMatchObject([{ state: 'deferred' }])
    expect(outcomes[0]?.reply).not.toContain('twice')
  })

  test('says no while the message is sent is believed at once', async () => {
    const no = (socket: Socket) => socket.end('552 5.3.4 too large\r\n')
    await using server = await startScript(answering({ From: no }))
    expect(await sendTo(server.port, { text: large })).toMatchObject([{ state: 'failed', status: '5.3.4' }])
  })

  test('says yes before it has the message is not', async () => {
    await using server = await startScript(
      answering({
        DATA: (socket) => socket.write('354 go on\r\n250 2.0.0 taken\r\n'),
      }),
    )
    expect(await sendTo(server.port, { text: large })).toMatchObject([{ state: 'deferred', status: '4.5.0' }])
  })

  test('takes nothing any more in the middle of a message is left', async () => {
    await using server = await startScript(
      answering({
        DATA: (socket) => {
          socket.write('354 go on\r\n')
          socket.pause()
        },
      }),
    )
    const outcomes = await sendTo(server.port, { text: large + large })
    expect(outcomes).toMatchObject([{ state: 'deferred' }])
    expect(outcomes[0]?.reply).toMatch(/taking the message took too long/)
  })

  test('answers out of step is left before it can take one message for another', async () => {
    await using server = await startScript(
      answering({ RCPT: (socket) => socket.write('250 fine\r\n250 and fine\r\n') }),
    )
    expect(await sendTo(server.port)).toMatchObject([{ state: 'deferred', status: '4.5.0' }])
  })

  test.each([
    ['an answer without an end', () => '250-more\r\n'.repeat(10_000)],
    ['a line without an end', () => 'x'.repeat(200_000)],
    ['something else than SMTP', () => 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['bytes of no text', () => '\0\u00ff\r\n\r\n'],
    ['a thousand answers', () => '250 fine\r\n'.repeat(5_000)],
  ])('says %s is left', async (_what, said) => {
    await using server = await startScript(answering({ MAIL: (socket) => socket.write(said()) }))
    const [outcome] = await sendTo(server.port)
    expect(outcome).toMatchObject({ state: 'deferred' })
    expect(outcome?.reply.length).toBeLessThan(1500)
  })

  test('answers a byte at a time does so for no longer than a whole answer may take', async () => {
    await using server = await startScript(
      answering({
        MAIL: (socket) => {
          const drip = setInterval(() => socket.write('2'), 100)
          socket.once('close', () => clearInterval(drip))
        },
      }),
    )
    const [outcome] = await sendTo(server.port)
    expect(outcome).toMatchObject({ state: 'deferred' })
    expect(outcome?.reply).toMatch(/took too long/)
  })

  test('takes no more after a recipient it refused leaves each with an end of its own', async () => {
    await using remote = await startRemote({
      features: [],
      answer(command) {
        if (command.startsWith('RCPT TO:<a@')) return '550 5.1.1 nobody'
        return command.startsWith('RCPT TO:<c@') ? 'close' : undefined
      },
    })
    expect(await sendTo(remote.port, { to: ['a@far.test', 'b@far.test', 'c@far.test'] })).toMatchObject([
      { address: 'a@far.test', state: 'failed', status: '5.1.1' },
      { address: 'b@far.test', state: 'deferred' },
      { address: 'c@far.test', state: 'deferred' },
    ])
  })

  test.each(['EHLO', 'MAIL', 'RCPT', 'DATA', 'END'])(
    'says 421 to %s gets the mail another time',
    async (at) => {
      for (const features of [['PIPELINING'], []]) {
        await using remote = await startRemote({
          features,
          answer: (command) => (command.startsWith(at) ? '421 4.3.2 shutting down' : undefined),
        })
        expect(await sendTo(remote.port, { to: ['a@far.test', 'b@far.test'] })).toMatchObject([
          { state: 'deferred' },
          { state: 'deferred' },
        ])
        expect(remote.received).toEqual([])
      }
    },
  )

  test('takes a message for nobody gets an empty one, and the next in full', async () => {
    const odd = answering({})
    let refuse = true
    const got: string[] = []
    await using server = await startScript((socket, text) => {
      got.push(text)
      if (text.startsWith('EHLO')) socket.write('250-script.test\r\n250 PIPELINING\r\n')
      else if (text.startsWith('MAIL') || text.startsWith('RSET')) {
        const rcpt = refuse ? '550 5.1.1 nobody' : '250 fine'
        socket.write(`250 fine\r\n${rcpt}\r\n354 go on\r\n`)
        refuse = false
      } else if (text.endsWith('.\r\n')) socket.write('250 2.0.0 taken\r\n')
      else odd(socket, text)
    })
    using ways = parts.ways({ smartHost: { host: '127.0.0.1', port: server.port } })
    expect(await ways.send({ to: ['nobody@far.test'] })).toMatchObject([{ state: 'failed' }])
    expect(await ways.send({ to: ['bob@far.test'] })).toMatchObject([{ state: 'delivered' }])
    expect(got).toContain('.\r\n')
    expect(server.connections()).toBe(1)
  })

  test('has ended a connection, with a word or without, is connected to anew', async () => {
    await using remote = await startRemote()
    using ways = parts.ways({ smartHost: { host: '127.0.0.1', port: remote.port } })
    await ways.send({ to: ['a@far.test'] })
    remote.hangUp()
    expect(await ways.send({ to: ['b@far.test'] })).toMatchObject([{ state: 'delivered' }])
    let idle: Socket | undefined
    await using server = await startScript((socket, got) => {
      answering({ Text: () => socket.write('250 2.0.0 taken\r\n') })(socket, got.replace(/^From[^]*/, 'Text'))
      idle = socket
    })
    using others = parts.ways({ smartHost: { host: '127.0.0.1', port: server.port } })
    expect(await others.send({ to: ['a@far.test'] })).toMatchObject([{ state: 'delivered' }])
    // It stays open: what is read next is no answer to what is said next.
    idle?.write('421 4.4.2 idle for too long\r\n')
    expect(await others.send({ to: ['b@far.test'] })).toMatchObject([{ state: 'delivered' }])
    expect(server.connections()).toBe(2)
  })

  test('knows no EHLO is greeted as of old', async () => {
    await using remote = await startRemote({
      answer: (command) => (command.startsWith('EHLO') ? '502 5.5.1 what?' : undefined),
    })
    expect(await sendTo(remote.port)).toMatchObject([{ state: 'delivered' }])
  })
})

test('what can not be an address is never said to a server', async () => {
  await using remote = await startRemote()
  for (const mail of [{ to: ['bob@far.test>\r\nRCPT TO:<eve@far.test'] }, { from: 'ann@a.test> SIZE=1' }]) {
    await expect(sendTo(remote.port, mail)).rejects.toThrow('an address that can not be sent')
  }
  expect(remote.received).toEqual([])
})

test.each(['GREETING', 'EHLO', 'MAIL', 'END'])(
  'a stop does not wait for a server that is silent after %s',
  async (at) => {
    const asked: string[] = []
    await using remote = await startRemote({
      answer(command) {
        if (!command.startsWith(at)) return undefined
        asked.push(command)
        return 'hang'
      },
    })
    const patience = { reply: 300_000, end: 300_000 }
    const ways = parts.ways({ smartHost: { host: '127.0.0.1', port: remote.port }, patience })
    const sent = ways.send({ to: ['bob@far.test'] })
    await until(() => asked.length > 0, 'the server is asked')
    ways[Symbol.dispose]()
    expect(await sent).toMatchObject([{ state: 'deferred' }])
  },
)
