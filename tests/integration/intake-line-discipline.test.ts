import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { clear, queueId, stored } from '../fixtures/stored.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const ann = 'ann@example.test'
const bob = 'bob@remote.test'
const head = `From: ${ann}\r\nTo: ${bob}\r\nSubject: [secure] a\r\n\r\n`

/** A second message that an attacker hides in the first. */
const smuggled =
  `MAIL FROM:<boss@example.test>\r\nRCPT TO:<${bob}>\r\nDATA\r\n` +
  `From: boss@example.test\r\nSubject: pay at once\r\n\r\nNow.\r\n`

describe('an ending that other servers may take for the end of a message ends none here', () => {
  const endings = [
    '\n.\r\n',
    '\n.\n',
    '\r\n.\n',
    '\r.\r',
    '\r\n.\r',
    '\r.\r\n',
    '\r\n.\r\r\n',
    '\r\r\n.\r\n\0\r\n',
    '\n\r.\r\n',
    '\0\r\n.\0\r\n',
    '\r\n\0.\r\n',
    '\r\n.\0\r\n',
    '\n.\r\n.\n',
  ]
  for (const ending of endings) {
    test(JSON.stringify(ending), async () => {
      const before = await stored(gateway)
      await using client = await SmtpClient.ready(gateway.smtpPort)
      expect(await client.envelope(ann, bob)).toMatch(/^354/)
      client.write(`${head}Hello${ending}${smuggled}\r\n.\r\nNOOP\r\nMAIL FROM:<${ann}>\r\n`)
      // One refusal for the one message, and then silence: the connection is over.
      const replies = await client.rest()
      expect(replies).toHaveLength(1)
      expect(replies[0]).toMatch(/^550 5\.6\.0 /)
      expect(await stored(gateway)).toEqual(before)
    })

    test(`${JSON.stringify(ending)}, a byte in a segment`, async () => {
      const before = await stored(gateway)
      await using client = await SmtpClient.ready(gateway.smtpPort)
      await client.envelope(ann, bob)
      client.write(`${head}Hello`)
      for (const byte of ending) await client.flush(byte)
      client.write(`${smuggled}\r\n.\r\n`)
      expect(await client.rest()).toEqual([expect.stringMatching(/^550 5\.6\.0 /)])
      expect(await stored(gateway)).toEqual(before)
    })
  }
})

describe('dots', () => {
  test('a first line of one dot, its line end in a later segment, smuggles nothing', async () => {
    await using client = await SmtpClient.ready(gateway.smtpPort)
    await client.envelope(ann, bob)
    await client.flush('..')
    await client.flush('\r\n')
    client.write(`${smuggled}.\r\n`)
    const reply = await client.reply()
    // One message, whose header is a line that is no field; it is not marked, so it is relayed.
    expect(queueId(reply ?? '')).toBeDefined()
    expect(await client.command('NOOP')).toMatch(/^250/)
  })

  test('stuffed ones come out as they were meant', async () => {
    await using client = await SmtpClient.ready(gateway.smtpPort)
    const reply = await client.send(ann, bob, `${head}..\r\n...x\r\n....\r\na.\r\n`)
    const text = (await clear(gateway, queueId(reply))).toString('latin1')
    expect(text.slice(text.indexOf('\r\n\r\n'))).toBe('\r\n\r\n.\r\n..x\r\n...\r\na.\r\n')
  })

  test('a message of nothing but dots takes little longer than one of letters', async () => {
    await using client = await SmtpClient.ready(gateway.smtpPort)
    const timed = async (line: string) => {
      const started = performance.now()
      const reply = await client.send(ann, bob, `${head}${line.repeat(1_250_000)}`)
      return { took: performance.now() - started, id: queueId(reply) }
    }
    const letters = await timed('xx\r\n')
    const dots = await timed('..\r\n')
    expect((await clear(gateway, dots.id)).length).toBeGreaterThan(3 * 1_250_000)
    // smtp-server alone took 2.1 s and more for the dots, on an idle machine.
    expect(dots.took).toBeLessThan(8 * letters.took)
  })
})

test('commands sent with the message in one segment are answered after it, in order', async () => {
  await using client = await SmtpClient.ready(gateway.smtpPort)
  client.write(
    `MAIL FROM:<${ann}>\r\nRCPT TO:<${bob}>\r\nDATA\r\n${head}a\r\n.\r\nNOOP\r\nMAIL FROM:<${ann}>\r\nQUIT\r\n`,
  )
  const replies = (await client.rest()).map((reply) => reply.slice(0, 9))
  expect(replies).toEqual([
    '250 2.1.0',
    '250 2.1.5',
    '354 End d',
    '250 2.0.0',
    '250 2.0.0',
    '250 2.1.0',
    '221 2.0.0',
  ])
})

test('a client that goes away in the middle of a message leaves nothing behind', async () => {
  const before = await stored(gateway)
  const client = await SmtpClient.ready(gateway.smtpPort)
  await client.envelope(ann, bob)
  // Large enough to be a file already.
  await client.flush(head + `${'x'.repeat(76)}\r\n`.repeat(20_000))
  client.drop()
  await expect.poll(() => stored(gateway)).toEqual(before)
})

test('bytes beyond ASCII arrive as they were sent', async () => {
  await using client = await SmtpClient.ready(gateway.smtpPort)
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).filter(
    (byte) => ![0, 10, 13].includes(byte),
  )
  const reply = await client.send(ann, bob, Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n')]))
  const text = await clear(gateway, queueId(reply))
  expect(text.subarray(-bytes.length - 2, -2)).toEqual(bytes)
})
