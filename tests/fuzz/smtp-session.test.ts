import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
