import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { uncounted } from '../../gateway/intake/counts.ts'
import { ownCertificate } from '../../gateway/intake/index.ts'
import { type Listeners, openListeners } from '../../gateway/intake/listeners.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { queueId, stored } from '../fixtures/stored.ts'
import { until } from '../fixtures/until.ts'

const ann = 'ann@example.test'
const bob = 'bob@remote.test'
const head = `From: ${ann}\r\nSubject: [secure] a\r\n\r\n`

let gateway: TestGateway
/** A listener before the parts of that gateway, where a message is decided when the test lets it. */
let slow: Listeners
let directory: string
let deciding: () => void
let decide: Promise<void>
let waiting = 0
const logged: { level: number; msg: string; err?: unknown }[] = []

const open = async (drainTime?: number) =>
  openListeners({
    config: {
      listeners: [{ host: '127.0.0.1', port: 0, tls: 'none' }],
      networks: ['127.0.0.0/8'],
      sizeLimit: 50_000_000,
      hostname: 'gw.example.test',
      ...(drainTime !== undefined && { drainTime }),
    },
    tls: await ownCertificate({ directory, hostname: 'gw.example.test', now: Date.now }),
    people: gateway.people,
    policy: {
      ...gateway.policy,
      async decide(...given) {
        waiting++
        await decide
        return gateway.policy.decide(...given)
      },
    },
    messages: gateway.messages,
    signin: gateway.signin,
    readReplyAddress: () => undefined,
    mac: (purpose, data) => gateway.vault.mac(purpose, data),
    counts: uncounted,
    now: Date.now,
    log: pino(
      { level: 'info', base: null },
      { write: (line: string) => void logged.push(JSON.parse(line) as (typeof logged)[number]) },
    ),
  })

beforeAll(async () => {
  gateway = await startTestGateway()
  directory = await mkdtemp(join(tmpdir(), 'postern-left-'))
  slow = await open()
})
afterAll(async () => {
  deciding()
  await slow[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})
beforeEach(() => {
  decide = new Promise((resolve) => (deciding = resolve))
  waiting = 0
  logged.length = 0
})

const left = 'the client left before its message was safe, so nothing of it was kept'
/** The end of the connection is with the gateway: nothing it reads comes later than that. */
async function arrived(): Promise<void> {
  for (let i = 0; i < 10; i++) await turn()
}

describe('a client that leaves before it was told that its message is safe will send it again, so it is not kept', () => {
  const lines = (bytes: number) => `${'x'.repeat(998)}\r\n`.repeat(bytes / 1000)
  const end = '\r\n.\r\n'
  for (const [what, body] of [
    ['a small message', lines(1000) + end],
    ['a large one', lines(5_000_000) + end],
    // What is read at once ends with it, and fills the reader.
    ['one of 64 KiB', lines(65_000) + 'x'.repeat(65_536 - 65_000 - end.length) + end],
  ] as const) {
    const sent = async () => {
      const client = await SmtpClient.ready(slow.ports[0] ?? 0)
      await client.envelope(ann, bob)
      await client.flush(head)
      client.write(body)
      await until(() => waiting === 1, 'the message is being decided')
      return client
    }

    test(what, async () => {
      const before = await stored(gateway)
      await using client = await sent()
      client.drop()
      await arrived()
      deciding()
      await until(() => logged.length > 0, 'the gateway says what became of it')
      expect(logged.map(({ msg }) => msg)).toEqual([left])
      await expect.poll(() => stored(gateway)).toEqual(before)
    })

    test(`${what}, whose client waits and said more, is kept`, async () => {
      await using client = await sent()
      client.write('NOOP\r\n'.repeat(1000))
      deciding()
      expect(queueId((await client.reply()) ?? '')).toBeDefined()
      for (let i = 0; i < 1000; i++) expect(await client.reply()).toMatch(/^250 /)
    })
  }

  test('in the middle of it: not our trouble, and not told as one', async () => {
    const before = await stored(gateway)
    await using client = await SmtpClient.ready(slow.ports[0] ?? 0)
    await client.envelope(ann, bob)
    await client.flush(`${head}half a l`)
    client.drop()
    await until(() => logged.length > 0, 'the gateway says what became of it')
    expect(logged).toMatchObject([{ level: 30, msg: left }])
    await expect.poll(() => stored(gateway)).toEqual(before)
  })
})

test('a gateway that stops and can wait no longer says so, and keeps nothing that it did not acknowledge', async () => {
  const before = await stored(gateway)
  const stopping = await open(100)
  await using client = await SmtpClient.ready(stopping.ports[0] ?? 0)
  await client.envelope(ann, bob)
  client.write(`${head}x\r\n.\r\n`)
  await until(() => waiting === 1, 'the message is being decided')
  await stopping.close()
  expect(await client.rest()).toEqual(['421 4.3.2 The gateway is stopping, please try again later'])
  deciding()
  await until(() => logged.length > 0, 'the gateway says what became of it')
  expect(logged.map(({ msg }) => msg)).toEqual([left])
  await expect.poll(() => stored(gateway)).toEqual(before)
})
