import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DispatchRecipient, Envelope } from '../../gateway/delivery/index.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { SmtpClient, dotStuffed } from '../fixtures/smtp-client.ts'
import { clear, queueId } from '../fixtures/stored.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const ann = 'ann@example.test'
const bob = 'bob@remote.test'
const withoutTrace = (bytes: Buffer) => bytes.subarray(bytes.indexOf('From:')).toString('latin1')

test('the same message cut into any segments is sealed the same', async () => {
  const line = fc.constantFrom('..', '.', '', 'Hello', '.x', ' \t', 'y'.repeat(900), '\xe4\xff')
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }),
      async (lines, lengths) => {
        const message = Buffer.from(
          `From: ${ann}\r\nSubject: [secure] a\r\n\r\n${lines.map((one) => `${one}\r\n`).join('')}`,
          'latin1',
        )
        await using client = await SmtpClient.ready(gateway.smtpPort)
        await client.envelope(ann, bob)
        const wire = Buffer.concat([dotStuffed(message), Buffer.from('.\r\n')])
        let turn = 0
        for (let at = 0; at < wire.length;) {
          const length = lengths[turn++ % lengths.length] ?? 1
          if (turn < 20) await client.flush(wire.subarray(at, at + length))
          else client.write(wire.subarray(at, at + length))
          at += length
        }
        const id = queueId((await client.reply()) ?? '')
        expect(withoutTrace(await clear(gateway, id))).toBe(message.toString('latin1'))
      },
    ),
    { numRuns: 25 },
  )
})

test('what is kept of parameters can be said to the next server as it is, whatever was sent', async () => {
  const mark = fc.constantFrom(
    '=',
    '+',
    ';',
    ',',
    '+2B',
    '+0D',
    '<',
    '>',
    ' ',
    'ä',
    '\0',
    '"',
    '\\x{F6}',
    ':',
  )
  const noise = fc.oneof(mark, fc.string({ maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 4 }))
  const text = fc.array(noise, { maxLength: 6 }).map((parts) => parts.join(''))
  const one = (...keywords: string[]) =>
    fc
      .tuple(
        fc.constantFrom(...keywords),
        fc.oneof(
          text,
          text.map((value) => `=${value}`),
        ),
      )
      .map((both) => both.join(''))
  const good = (...parameters: string[]) => fc.constantFrom(...parameters)
  const some = (parameter: fc.Arbitrary<string>) =>
    fc.array(parameter, { maxLength: 3 }).map((all) => all.map((each) => ` ${each}`).join(''))
  const mail = some(
    fc.oneof(
      good('RET=FULL', 'ENVID=a+2Bb', 'BODY=8BITMIME', 'SMTPUTF8', 'SIZE=9', 'AUTH=<>'),
      one('RET', 'ENVID', 'BODY', 'SIZE', 'SMTPUTF8', 'REQUIRETLS', 'AUTH', 'X'),
    ),
  )
  const rcpt = some(
    fc.oneof(
      good('NOTIFY=NEVER', 'NOTIFY=DELAY,SUCCESS', 'ORCPT=rfc822;b+2B'),
      one('NOTIFY', 'ORCPT', 'ORCPT=utf-8;', 'X'),
    ),
  )
  const xtext = /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})+$/
  const bytes = (line: string) => Buffer.from(line).toString('latin1')
  await using client = await SmtpClient.ready(gateway.smtpPort)
  await fc.assert(
    fc.asyncProperty(mail, rcpt, async (asked, wanted) => {
      // A line break in it would be the end of the command, which another test is about.
      const line = (text: string) => bytes(text.replace(/[\r\n]/g, ''))
      await client.command('RSET')
      const answers = [await client.command(line(`MAIL FROM:<${ann}>${asked}`))]
      answers.push(await client.command(line(`RCPT TO:<${bob}>${wanted}`)))
      for (const answer of answers)
        expect(answer).toMatch(/^(250 2|501 5|503 5|530 5|552 5|553 5|555 5)\.\d+\.\d+ /)
      if (!answers.every((answer) => answer.startsWith('250'))) return
      await client.command('DATA')
      client.write(`From: ${ann}\r\n\r\nx\r\n`)
      const id = queueId(await client.command('.'))
      const { envelope_json } = await gateway.store.db
        .selectFrom('messages')
        .select('envelope_json')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      const { envid, utf8 } = Envelope.parse(JSON.parse(envelope_json ?? ''))
      if (envid !== null) expect(envid).toMatch(xtext)
      const { recipients_json } = await gateway.store.db
        .selectFrom('dispatches')
        .select('recipients_json')
        .where('message_id', '=', id)
        .executeTakeFirstOrThrow()
      for (const { orcpt, notify } of DispatchRecipient.array().parse(JSON.parse(recipients_json))) {
        // eslint-disable-next-line no-control-regex -- all of ASCII is meant
        if (orcpt !== undefined) expect(utf8 ? orcpt.replace(/[^\x00-\x7f]/gu, 'x') : orcpt).toMatch(xtext)
        if (notify) expect(notify.length).toBe(new Set(notify).size)
      }
    }),
    { numRuns: 200 },
  )
})

test('random bytes and commands never bring the gateway down', async () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.constantFrom(
      'EHLO a\r\n',
      `MAIL FROM:<${ann}>\r\n`,
      `RCPT TO:<${bob}>\r\n`,
      'DATA\r\n',
      '.\r\n',
      '\r\n.\r\n',
      'RSET\r\n',
      'NOOP\r\n',
      'STARTTLS\r\n',
      'AUTH PLAIN\r\n',
      'MAIL FROM:<>\r\n',
      'RCPT TO:<"a b"@c.test>\r\n',
      `MAIL FROM:<${ann}> RET=HDRS ENVID=a+2Bb SMTPUTF8 BODY=8BITMIME\r\n`,
      `MAIL FROM:<${ann}> REQUIRETLS ENVID=+zz =\r\n`,
      `RCPT TO:<${bob}> NOTIFY=DELAY,FAILURE ORCPT=rfc822;b\r\n`,
      'RCPT TO:<b@xn--7ba.test> ORCPT=utf-8;\xc3\xa4\r\n',
      'QUIT\r\n',
      '\0',
      '\r',
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
      await using client = await SmtpClient.connect(gateway.smtpPort)
      client.write(pieces.join(''))
      await new Promise((resolve) => setTimeout(resolve, 2))
    }),
    { numRuns: 200 },
  )
  await using client = await SmtpClient.ready(gateway.smtpPort)
  const reply = await client.send(ann, bob, `From: ${ann}\r\nSubject: [secure] a\r\n\r\nStill here\r\n`)
  expect(queueId(reply)).toBeDefined()
})
