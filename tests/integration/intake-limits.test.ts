import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { queueId, stored } from '../fixtures/stored.ts'
import { startSmtpServer } from '../peers/smtp-server.ts'

const sizeLimit = 200_000

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ settings: { sizeLimit } })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const ann = 'ann@example.test'
const bob = 'bob@remote.test'
const head = `From: ${ann}\r\nSubject: [secure] a\r\n\r\n`

/** Sends and says what the gateway answered, whether anything stayed, and whether the connection is still good. */
async function refusal(data: string): Promise<string> {
  const before = await stored(gateway)
  await using client = await SmtpClient.ready(gateway.smtpPort)
  const reply = await client.send(ann, bob, data)
  expect(await stored(gateway)).toEqual(before)
  expect(await client.command('NOOP')).toMatch(/^250/)
  expect((await client.send(ann, bob, `${head}ok\r\n`)).slice(0, 3)).toBe('250')
  return reply
}

describe('size', () => {
  test('is announced, and a larger one refused at MAIL', async () => {
    await using client = await SmtpClient.connect(gateway.smtpPort)
    await client.reply()
    expect(await client.command('EHLO client.test')).toContain(`SIZE ${sizeLimit}`)
    expect(await client.command(`MAIL FROM:<${ann}> SIZE=${sizeLimit + 1}`)).toMatch(/^552 5\.3\.4 /)
    expect(await client.command(`MAIL FROM:<${ann}> SIZE=${sizeLimit}`)).toMatch(/^250 /)
  })

  test('is counted while the message comes, whatever was announced', async () => {
    const line = `${'x'.repeat(98)}\r\n`
    expect(await refusal(head + line.repeat(sizeLimit / 100))).toMatch(/^552 5\.3\.4 /)
    await using client = await SmtpClient.ready(gateway.smtpPort)
    const fits = head + line.repeat((sizeLimit - 200) / 100)
    expect(queueId(await client.send(ann, bob, fits))).toBeDefined()
  })

  test('far over the limit, it is read to its end and nothing of it is kept', async () => {
    expect(await refusal(head + `${'x'.repeat(998)}\r\n`.repeat(20_000))).toMatch(/^552 5\.3\.4 /)
  })
})

describe('header', () => {
  test('a Received line too many means a circle', async () => {
    const hop = 'Received: from a by b; Sat, 21 Nov 2026 12:00:00 +0000\r\n'
    expect(await refusal(hop.repeat(50) + head)).toMatch(/^554 5\.4\.6 /)
    await using client = await SmtpClient.ready(gateway.smtpPort)
    expect(queueId(await client.send(ann, bob, hop.repeat(49) + head))).toBeDefined()
  })

  test('more than fits the limit is refused', async () => {
    await using large = await startTestGateway()
    await using client = await SmtpClient.ready(large.smtpPort)
    const filler = `X-Filler: ${'x'.repeat(900)}\r\n`
    expect(await client.send(ann, bob, filler.repeat(300) + head)).toMatch(/^552 5\.3\.4 /)
    expect(queueId(await client.send(ann, bob, filler.repeat(250) + head))).toBeDefined()
  })

  for (const [what, data] of [
    ['none at all', '\r\nbody\r\n'],
    ['nothing but one', 'Subject: [secure] a\r\n'],
    ['not a line of sense', 'what is this\r\n\tfolded\r\n:\r\n\r\nbody\r\n'],
    ['nothing, not even a body', ''],
  ] as const) {
    test(`${what} loses no message`, async () => {
      await using client = await SmtpClient.ready(gateway.smtpPort)
      expect(queueId(await client.send(ann, bob, data))).toBeDefined()
    })
  }
})

test('500 recipients are taken, the next is to be sent separately', async () => {
  await using client = await SmtpClient.ready(gateway.smtpPort)
  await client.command(`MAIL FROM:<${ann}>`)
  for (let i = 0; i < 500; i++) client.write(`RCPT TO:<r${i}@remote.test>\r\n`)
  for (let i = 0; i < 500; i++) expect(await client.reply()).toMatch(/^250 2\.1\.5/)
  expect(await client.command('RCPT TO:<one-more@remote.test>')).toMatch(/^452 4\.5\.3 /)
  // One of the 500 again is none more.
  expect(await client.command('RCPT TO:<R7@remote.test>')).toMatch(/^250 /)
  await client.command('DATA')
  client.write(head)
  const id = queueId(await client.command('.'))
  const copies = await gateway.store.db
    .selectFrom('copies')
    .select('address')
    .where('message_id', '=', id)
    .execute()
  expect(copies).toHaveLength(500)
})

test('joke, proxy and unknown commands are not known', async () => {
  await using client = await SmtpClient.ready(gateway.smtpPort)
  for (const command of [
    'WIZ x',
    'SHELL',
    'KILL',
    'XCLIENT ADDR=10.0.0.1',
    'XFORWARD ADDR=10.0.0.1',
    'BDAT 1',
  ]) {
    expect(await client.command(command)).toMatch(/^500 5\.5\.2 /)
  }
})

test('what is offered is what requirements promise', async () => {
  await using client = await SmtpClient.connect(gateway.smtpPort)
  expect(await client.reply()).toMatch(/^220 \S+ ESMTP Postern$/)
  const offered = (await client.command('EHLO client.test')).split('\n').map((line) => line.slice(4))
  expect(offered.slice(1).sort()).toEqual(
    [
      '8BITMIME',
      'DSN',
      'ENHANCEDSTATUSCODES',
      'PIPELINING',
      `SIZE ${sizeLimit}`,
      'SMTPUTF8',
      'STARTTLS',
    ].sort(),
  )
})

test('the greeting is not kept back', async () => {
  const greetings = async (port: number) => {
    const started = performance.now()
    for (let i = 0; i < 10; i++) {
      await using client = await SmtpClient.connect(port)
      await client.reply()
    }
    return performance.now() - started
  }
  // smtp-server alone waits for 100 ms, to see who talks early.
  await using alone = await startSmtpServer({ disabledCommands: ['STARTTLS'] })
  expect(await greetings(gateway.smtpPort)).toBeLessThan((await greetings(alone.port)) / 2)
})

test('trouble that is ours is temporary, told without its cause, and kept in the log', async () => {
  const own = await startTestGateway()
  await using client = await SmtpClient.ready(own.smtpPort)
  const account = await own.people.accountByCode('example')
  await own.store.write(async (trx) => {
    await trx
      .insertInto('definitions')
      .values({ id: 'd', account_id: account?.id ?? '', position: 0, rule_json: '{"broken', enabled: 1 })
      .execute()
  })
  expect(await client.send(ann, bob, `${head}x\r\n`)).toBe(
    '451 4.3.0 Temporary trouble here, please try again later',
  )
  expect(own.logged.some((line) => JSON.stringify(line).includes('JSON'))).toBe(true)
  expect((await stored(own)).messages).toBe(0)
  await own[Symbol.asyncDispose]()
})

test('a gateway that stops lets a running message end and sends the others away', async () => {
  const own = await startTestGateway()
  await using busy = await SmtpClient.ready(own.smtpPort)
  await using idle = await SmtpClient.ready(own.smtpPort)
  await busy.envelope(ann, bob)
  await busy.flush(head)
  const stopped = own[Symbol.asyncDispose]()
  const stopping = '421 4.3.2 The gateway is stopping, please try again later'
  expect(await idle.rest()).toEqual([stopping])
  busy.write('x\r\n.\r\n')
  expect(queueId((await busy.reply()) ?? '')).toBeDefined()
  expect(await busy.rest()).toEqual([stopping])
  await stopped
})
