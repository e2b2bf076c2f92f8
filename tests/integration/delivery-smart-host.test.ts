import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SMTPServerOptions } from 'smtp-server'
import { type Remote, startRemote } from '../peers/remote.ts'
import { startSmtpServer } from '../peers/smtp-server.ts'
import { type Ground, eventsOf, ground, queueMessage, saying } from './delivery-parts.ts'

let parts: Ground
beforeEach(async () => {
  parts = await ground()
})
afterEach(() => parts[Symbol.asyncDispose]())

const to = (remote: Pick<Remote, 'port'>) => ({ smartHost: { host: '127.0.0.1', port: remote.port } })
const letter = 'From: ann@example.test\r\nSubject: Hello\r\n\r\nText\r\n'

test('a message arrives byte for byte, dots, long lines and 8-bit included', async () => {
  await using remote = await startRemote()
  await using delivery = parts.delivery(to(remote))
  const body = Buffer.concat([
    Buffer.from(letter),
    Buffer.from('.\r\n..\r\n.a\r\n\r\n.\r\n. \r\n'),
    Buffer.from('x'.repeat(5000) + '\r\n'),
    // A line whose dot stands first in a chunk of its own.
    Buffer.from('y'.repeat(16_384 - 5000) + '\r\n.z\r\n'),
    Buffer.from([0xc3, 0xa9, 0xff, 0xfe, 0x0d, 0x0a]),
    Buffer.from('.end\r\n'),
  ])
  delivery.start(saying(body))
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.idle()
  expect(remote.received).toHaveLength(1)
  expect(remote.received[0]?.data.equals(body)).toBe(true)
  expect(remote.received[0]).toMatchObject({
    from: 'ann@example.test',
    to: ['bob@far.test'],
    parameters: `BODY=8BITMIME SIZE=${body.length}`,
  })
  expect(await eventsOf(parts)).toMatchObject([
    { type: 'delivered', detail: { address: 'bob@far.test', reply: '250 2.0.0 taken as 1' } },
  ])
  expect(await delivery.list({ state: 'done' })).toMatchObject([
    { recipients: [{ state: 'delivered', reply: '250 2.0.0 taken as 1' }] },
  ])
})

test('each recipient has an end of its own: one arrives, one is reported, one is tried again', async () => {
  let busy = true
  await using remote = await startRemote({
    answer(command) {
      if (command.startsWith('RCPT TO:<nobody@')) return '550-5.1.1 There is no such\r\n550 5.1.1 person here'
      if (command.startsWith('RCPT TO:<busy@') && busy) return '450 4.2.2 mailbox is full'
      return undefined
    },
  })
  await using delivery = parts.delivery(to(remote))
  delivery.start(saying(letter))
  await queueMessage(parts, delivery, ['bob@far.test', 'nobody@far.test', 'busy@far.test'])
  await delivery.idle()
  expect(remote.received.map((one) => one.to)).toEqual([['bob@far.test'], ['ann@example.test']])
  expect(remote.received[1]?.from).toBe('')
  const report = await delivery.list({ state: 'done' })
  expect(report).toMatchObject([{ notice: 'delivery-failure', envelopeFrom: '' }])
  const row = await parts.store.db
    .selectFrom('dispatches')
    .select('notice_json')
    .where('kind', '=', 'notice')
    .executeTakeFirstOrThrow()
  expect(JSON.parse(row.notice_json ?? '')).toMatchObject({
    failures: [
      { address: 'nobody@far.test', status: '5.1.1', reply: '550 5.1.1 There is no such person here' },
    ],
  })
  expect(await delivery.list({})).toMatchObject([
    {
      attempts: 1,
      nextTryAt: parts.clock.at + 5 * 60_000,
      recipients: [
        { address: 'bob@far.test', state: 'delivered' },
        { address: 'nobody@far.test', state: 'failed' },
        { address: 'busy@far.test', state: 'queued', reply: '450 4.2.2 mailbox is full' },
      ],
    },
  ])

  busy = false
  parts.clock.at += 5 * 60_000
  delivery.wake()
  await delivery.idle()
  expect(remote.received[2]?.to).toEqual(['busy@far.test'])
  expect(await delivery.list({})).toEqual([])
})

test('a server that is not there is tried for five days, then the sender is told', async () => {
  const remote = await startRemote()
  await remote[Symbol.asyncDispose]()
  const retry = { waits: [1000], giveUpAfter: 2500 }
  await using delivery = parts.delivery({ ...to(remote), retry })
  delivery.start(saying(letter))
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.idle()
  for (const wait of [1000, 1000, 500]) {
    expect(await delivery.list({})).toMatchObject([{ kind: 'message' }])
    parts.clock.at += wait
    delivery.wake()
    await delivery.idle()
  }
  expect(await delivery.list({ state: 'failed' })).toMatchObject([{ attempts: 4 }])
  expect(await eventsOf(parts)).toMatchObject([{ type: 'delivery-failed' }])
  const [report] = await delivery.list({})
  expect(report).toMatchObject({ notice: 'delivery-failure', recipients: [{ address: 'ann@example.test' }] })
})

test.each([
  ['the null sender', '', letter],
  ['a mailer-daemon', 'mailer-daemon@example.test', letter],
  ['an automatic answer', 'ann@example.test', `Auto-Submitted: auto-replied\r\n${letter}`],
  ['a report', 'ann@example.test', `Content-Type: multipart/report;\r\n report-type=x\r\n${letter}`],
  ['who asks for none', 'ann@example.test', `X-Auto-Response-Suppress: OOF,\r\n All\r\n${letter}`],
])('no report goes to %s', async (_who, envelopeFrom, text) => {
  await using remote = await startRemote({
    answer: (command) => (command === 'END' ? '554 5.7.1 no' : undefined),
  })
  await using delivery = parts.delivery(to(remote))
  delivery.start(saying(text))
  await queueMessage(parts, delivery, ['bob@far.test'], envelopeFrom)
  await delivery.idle()
  expect(await delivery.list({ state: 'failed' })).toHaveLength(1)
  expect(await delivery.list({})).toEqual([])
})

test.each([
  ['greets with 554', 'GREETING', '554 5.3.2 not today'],
  ['wants a sign-in first', 'MAIL', '530 5.7.0 sign in first'],
  ['hangs up in the middle', 'DATA', 'close'],
  ['closes with 421', 'MAIL', '421 4.3.2 going down'],
])('a server that %s costs no mail: it is tried again', async (_what, at, said) => {
  await using remote = await startRemote({
    answer: (command) => (command.startsWith(at) ? said : undefined),
  })
  await using delivery = parts.delivery(to(remote))
  delivery.start(saying(letter))
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.idle()
  expect(await delivery.list({})).toMatchObject([{ recipients: [{ state: 'queued' }] }])
})

test('with soft bounces a refusal for good is tried again', async () => {
  await using remote = await startRemote({
    answer: (command) => (command === 'END' ? '554 5.7.1 no' : undefined),
  })
  await using delivery = parts.delivery({ ...to(remote), softBounce: true })
  delivery.start(saying(letter))
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.idle()
  expect(await delivery.list({})).toMatchObject([{ recipients: [{ reply: '554 5.7.1 no' }] }])
})

test('an address beyond ASCII goes only to a server that takes it, and fails with 5.6.7 elsewhere', async () => {
  await using old = await startRemote()
  await using young = await startRemote({ features: ['SMTPUTF8', '8BITMIME'] })
  for (const [remote, arrived] of [
    [old, ['bob@far.test']],
    [young, ['bob@far.test', 'jürgen@far.test']],
  ] as const) {
    await using delivery = parts.delivery(to(remote))
    delivery.start(saying(letter))
    await queueMessage(parts, delivery, ['bob@far.test', 'jürgen@far.test'])
    await delivery.idle()
    expect(remote.received[0]?.to).toEqual(arrived)
  }
  expect(young.received[0]?.parameters).toContain('SMTPUTF8')
  const failures = await parts.store.db
    .selectFrom('dispatches')
    .select('notice_json')
    .where('kind', '=', 'notice')
    .execute()
  expect(failures).toHaveLength(1)
  expect(failures[0]?.notice_json).toContain('"status":"5.6.7"')
})

test('an 8-bit message is not sent to a server that takes 7 bits, nor a large one to one that says it is too large', async () => {
  await using remote = await startRemote({ features: ['SIZE 100'] })
  await using delivery = parts.delivery(to(remote))
  const texts = [`${letter}é\r\n`, letter + 'x'.repeat(100), letter]
  delivery.start((dispatch) => saying(texts[Number(dispatch.message_id)] ?? letter)(dispatch))
  for (const messageId of ['0', '1', '2']) {
    await parts.store.write((trx) =>
      delivery.enqueue(trx, {
        kind: 'message',
        accountId: parts.account.id,
        messageId,
        envelopeFrom: '',
        recipients: [{ address: 'bob@far.test' }],
      }),
    )
  }
  await delivery.idle()
  const failed = await delivery.list({ state: 'failed' })
  expect(failed.map((one) => one.messageId)).toEqual(['0', '1'])
  expect(remote.received.map((one) => one.data.toString())).toEqual([letter])
})

test('a connection is used again, and one the server has closed meanwhile is replaced at once', async () => {
  await using remote = await startRemote()
  await using delivery = parts.delivery(to(remote))
  delivery.start(saying(letter))
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.idle()
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.idle()
  expect(remote.connections).toBe(1)
  remote.hangUp()
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.idle()
  expect(remote.received).toHaveLength(3)
})

test('after a refusal the same connection carries the next message', async () => {
  let first = true
  await using remote = await startRemote({
    answer(command) {
      if (!command.startsWith('RCPT') || !first) return undefined
      first = false
      return '550 5.1.1 nobody'
    },
  })
  await using delivery = parts.delivery(to(remote))
  delivery.start(saying(letter))
  await queueMessage(parts, delivery, ['nobody@far.test'], '')
  await delivery.idle()
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.idle()
  expect(remote.received.map((one) => one.to)).toEqual([['bob@far.test']])
  expect(remote.connections).toBe(1)
})

test('a destination gets no more connections than it may have', async () => {
  await using remote = await startRemote({ delay: 20 })
  await using delivery = parts.delivery({ ...to(remote), connections: 3 })
  delivery.start(saying(letter))
  await Promise.all(Array.from({ length: 12 }, () => queueMessage(parts, delivery, ['bob@far.test'])))
  await delivery.idle()
  expect(remote.received).toHaveLength(12)
  expect(remote.mostAtOnce).toBe(3)
})

test('a server that takes no more connections gets all of it over those it took, and nothing waits for another attempt', async () => {
  let taken = 0
  await using server = await startSmtpServer({
    maxClients: 2,
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      stream.resume()
      stream.on('end', () => {
        taken++
        done()
      })
    },
  })
  await using delivery = parts.delivery({ ...to(server), connections: 8 })
  delivery.start(saying(letter))
  await Promise.all(Array.from({ length: 30 }, () => queueMessage(parts, delivery, ['bob@far.test'])))
  await delivery.idle()
  expect(taken).toBe(30)
  const done = await delivery.list({ state: 'done' })
  expect(done.map(({ attempts, history }) => [attempts, history.length])).toEqual(done.map(() => [1, 0]))
})

test('a server that takes no connection at all is not asked again and again', async () => {
  await using remote = await startRemote({
    answer: (command) => (command === 'GREETING' ? '421 4.3.2 too many connections' : undefined),
  })
  await using delivery = parts.delivery({ ...to(remote), connections: 8 })
  delivery.start(saying(letter))
  await Promise.all(Array.from({ length: 8 }, () => queueMessage(parts, delivery, ['bob@far.test'])))
  await delivery.idle()
  const waiting = await delivery.list({ state: 'queued' })
  expect(waiting.map(({ attempts }) => attempts)).toEqual(Array.from({ length: 8 }, () => 1))
  expect(remote.connections).toBeLessThanOrEqual(8)
})

test('many recipients go in transactions of a hundred', async () => {
  await using remote = await startRemote()
  await using delivery = parts.delivery(to(remote))
  delivery.start(saying(letter))
  const recipients = Array.from({ length: 250 }, (_, index) => `p${index}@far.test`)
  await queueMessage(parts, delivery, [...recipients, 'p0@far.test'])
  await delivery.idle()
  expect(remote.received.map((one) => one.to.length).sort((a, b) => a - b)).toEqual([50, 100, 100])
  expect(remote.received.flatMap((one) => one.to).sort()).toEqual([...recipients].sort())
})

test('a message whose body breaks off while it is sent is not accepted by the server', async () => {
  await using remote = await startRemote()
  await using delivery = parts.delivery(to(remote))
  delivery.start(async (dispatch) => ({
    ...(await saying(letter)(dispatch)),
    async *read() {
      yield Buffer.from(letter)
      throw new Error('the disk is gone')
    },
  }))
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.idle()
  expect(remote.received).toEqual([])
  expect(await delivery.list({})).toHaveLength(1)
})

test('the password goes to a smart host over TLS, and never without', async () => {
  const logins: string[] = []
  let text = ''
  const options = (hide: string[]): SMTPServerOptions => ({
    disabledCommands: hide,
    authMethods: ['PLAIN'],
    allowInsecureAuth: true,
    onAuth(auth, session, done) {
      logins.push(`${auth.username ?? ''}:${auth.password ?? ''} ${session.secure ? 'TLS' : 'clear'}`)
      done(null, { user: 'x' })
    },
    onData(stream, _session, done) {
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
      stream.on('end', () => done())
    },
  })
  for (const hidden of [[], ['STARTTLS']]) {
    await using server = await startSmtpServer(options(hidden))
    const smartHost = {
      host: '127.0.0.1',
      port: server.port,
      user: 'u',
      password: 'p',
      tls: 'encrypt' as const,
    }
    await using delivery = parts.delivery({ smartHost })
    delivery.start(saying(letter))
    await queueMessage(parts, delivery, ['bob@far.test'])
    await delivery.idle()
  }
  expect(logins).toEqual(['u:p TLS'])
  expect(text).toBe(letter)
  // The one for the server without STARTTLS waits.
  expect(await parts.delivery().list({})).toHaveLength(1)
})
