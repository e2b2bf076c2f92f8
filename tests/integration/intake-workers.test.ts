/** Mail that is taken in by threads beside the main one, as the gateway does by itself. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../gateway/commands/index.ts'
import { startGateway } from '../../gateway/gateway.ts'
import { openInside } from '../../gateway/inside.ts'
import { createLog } from '../../gateway/log.ts'
import { replyAddress } from '../../gateway/notices/index.ts'
import { Definition } from '../../gateway/policy/index.ts'
import { type TestGateway, startTestGateway, testConfig } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { clear, outboxOf, queueId } from '../fixtures/stored.ts'
import { until } from '../fixtures/until.ts'
import { spawnGateway, startGatewayProcess } from '../peers/gateway-process.ts'

const ann = 'ann@example.test'
const bob = 'bob@remote.test'
const password = 'violet-tractor-hums-42'

const letter = (subject: string, body = 'Hello') =>
  `From: ${ann}\r\nTo: ${bob}\r\nSubject: ${subject}\r\n\r\n${body}\r\n`

/** Threads that this process has started, to end one of them. */
const threads: Worker[] = []
const remember = (worker: Worker) => void threads.push(worker)

let gateway: TestGateway
beforeAll(async () => {
  process.on('worker', remember)
  gateway = await startTestGateway({ settings: { workers: 2, smtpsPort: 0 } })
  const first = gateway.firstSignIn
  if (!first) throw new Error('a new gateway has a first administrator')
  const visitor = { ip: '127.0.0.1', agent: 'Test/1.0' }
  const { token } = await gateway.signin.signIn({
    address: first.address,
    password: first.password,
    ...visitor,
  })
  await gateway.signin.changePassword(token, first.password, password, visitor)
})
afterAll(async () => {
  process.off('worker', remember)
  await gateway[Symbol.asyncDispose]()
})

/** Those that live: one that has ended has no name any more. */
const intakeThreads = () => threads.filter(({ threadName }) => threadName === 'intake')

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? NaN)
}

test('mail on many connections lands once, held and relayed', async () => {
  const accepted = await metric('postern_intake_accepted_total')
  const ids = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      await using client = await SmtpClient.ready(gateway.smtpPort)
      const subject = index % 2 === 0 ? `[secure] ${index}` : `${index}`
      return queueId(await client.send(ann, `r${index}@remote.test`, letter(subject, `Number ${index}`)))
    }),
  )
  expect(new Set(ids).size).toBe(40)
  const rows = await gateway.store.db.selectFrom('messages').select('id').where('id', 'in', ids).execute()
  expect(rows.length).toBe(40)
  const copies = await gateway.store.db
    .selectFrom('copies')
    .select('message_id')
    .where('message_id', 'in', ids)
    .execute()
  expect(copies.map(({ message_id }) => message_id).sort()).toEqual(
    ids.filter((_, index) => index % 2 === 0).sort(),
  )
  expect((await clear(gateway, ids[2] ?? '')).toString()).toContain('Number 2')
  const relayed = await outboxOf(gateway, 'r3@remote.test')
  expect(relayed.map((bytes) => bytes.includes('Number 3'))).toEqual([true])
  const announced = await outboxOf(gateway, 'r4@remote.test')
  expect(announced.length).toBe(2)
  expect(announced.some((bytes) => bytes.includes('Number 4'))).toBe(false)
  await until(
    async () => (await metric('postern_intake_accepted_total')) === accepted + 40,
    'all are counted',
  )
})

test('both threads listen, with TLS from the first byte as well', async () => {
  expect(intakeThreads().length).toBe(2)
  await using client = await SmtpClient.ready(gateway.smtpsPort ?? 0, { implicitTls: true })
  expect(queueId(await client.send(ann, bob, letter('a')))).toBeDefined()
})

test('their lines stand in the gateway’s log', async () => {
  await using client = await SmtpClient.ready(gateway.smtpPort)
  const id = queueId(await client.send(ann, bob, letter('a')))
  const find = () => gateway.logged.find(({ trace, msg }) => trace === id && msg === 'a message was accepted')
  await until(() => find() !== undefined, 'the message is in the log')
  const line = find()
  expect(line).toMatchObject({ level: 30, account: 'example', relayed: 1 })
  expect(line?.['time']).toMatch(/^20\d\d-/)
})

test('a large message is a file, sealed, and whole', async () => {
  const body = `${'x'.repeat(76)}\r\n`.repeat(10_000)
  await using client = await SmtpClient.ready(gateway.smtpPort)
  const id = queueId(await client.send(ann, bob, letter('[secure] large', body)))
  const row = await gateway.store.db
    .selectFrom('messages')
    .innerJoin('bodies', 'bodies.id', 'messages.body_id')
    .select(['bodies.data', 'bodies.size'])
    .where('messages.id', '=', id)
    .executeTakeFirstOrThrow()
  expect(row.data).toBeNull()
  expect((await clear(gateway, id)).toString()).toContain(body)
})

describe('a reply mailed to a notification', () => {
  async function heldFor(recipient: string): Promise<string> {
    await using client = await SmtpClient.ready(gateway.smtpPort)
    const id = queueId(await client.send(ann, recipient, letter('[secure] a')))
    const copy = await gateway.store.db
      .selectFrom('copies')
      .select('id')
      .where('message_id', '=', id)
      .executeTakeFirstOrThrow()
    return replyAddress(gateway.vault, copy.id, 'example.test')
  }

  test.each([
    ['short', 'Thanks, and goodbye'],
    ['large', `${'Thanks and goodbye '.repeat(4)}\r\n`.repeat(6000)],
  ])('reaches the sender, %s', async (_, text) => {
    const address = await heldFor(bob)
    const before = (await outboxOf(gateway, ann)).length
    await using client = await SmtpClient.ready(gateway.smtpPort)
    const reply = `From: Bob <${bob}>\r\nSubject: Re: a\r\n\r\n${text}\r\n`
    expect(queueId(await client.send(bob, address, reply))).toBeDefined()
    const arrived = (await outboxOf(gateway, ann)).slice(before)
    expect(arrived.some((bytes) => bytes.includes(text))).toBe(true)
  })

  test('from somebody else is refused for good, in the words of the main thread', async () => {
    const address = await heldFor(bob)
    await using client = await SmtpClient.ready(gateway.smtpPort)
    const reply = 'From: eve@evil.test\r\nSubject: Re: a\r\n\r\nGive me the money\r\n'
    expect(await client.send('eve@evil.test', address, reply)).toMatch(/^550 5\.7\.1 Reply from the address /)
  })
})

test('definitions and accounts that another process changes count for the next message', async () => {
  await using client = await SmtpClient.ready(gateway.smtpPort)
  expect(await client.envelope('zoe@beside.test', bob)).toMatch(/^550 5\.7\.1 /)
  await client.command('RSET')
  const silent = { out: () => undefined, err: () => undefined }
  const argv = ['account', 'create', 'beside', '--domain', 'beside.test', '--name', 'Beside']
  expect(await run([...argv, '--data', gateway.dataDir], silent)).toBe(0)
  expect(queueId(await client.send('zoe@beside.test', bob, letter('a')))).toBeDefined()

  // There is no command for definitions yet: the parts that a command opens are opened here.
  await using stack = new AsyncDisposableStack()
  const beside = await openInside(stack, await testConfig(gateway.dataDir), {
    log: createLog('silent'),
    now: Date.now,
  })
  const account = await beside.people.accountByCode('beside')
  const refuse = Definition.parse({
    name: 'nothing',
    conditions: [],
    outcome: 'refuse',
    refusal: 'Not today',
  })
  await beside.policy.setDefinitions(account?.id ?? '', [refuse])
  expect(await client.send('zoe@beside.test', bob, letter('b'))).toBe('550 5.7.1 Not today')
})

describe('AUTH', () => {
  const authPlain = (secret: string) =>
    `AUTH PLAIN ${Buffer.from(`\0admin@example.test\0${secret}`).toString('base64')}`

  test('is decided by the main thread, and its limit holds whichever thread is asked', async () => {
    const attempt = async (secret: string) => {
      await using client = await SmtpClient.ready(gateway.smtpsPort ?? 0, { implicitTls: true })
      return await client.command(authPlain(secret))
    }
    expect(await attempt(password)).toMatch(/^235 /)
    // Connections go to one thread or the other.
    for (let count = 0; count < 5; count++) expect(await attempt('wrong')).toMatch(/^535 5\.7\.8 /)
    expect(await attempt(password)).toMatch(/^454 4\.7\.0 /)
  })
})

test('a thread that dies is replaced and says so in the log; what was acknowledged is there', async () => {
  const replaced = () => gateway.logged.filter(({ msg }) => /has ended and is replaced/.test(String(msg)))
  const started = () => gateway.logged.filter(({ msg }) => /mail in was started/.test(String(msg)))
  await using before = await SmtpClient.ready(gateway.smtpPort)
  const id = queueId(await before.send(ann, bob, letter('[secure] kept')))

  // What no program of ours says: an error nobody catches.
  intakeThreads()[0]?.postMessage(0)
  await until(() => replaced().length === 1 && started().length === 1, 'a failed thread is replaced')
  expect(JSON.stringify(replaced()[0])).toContain('TypeError')

  for (const thread of intakeThreads()) await thread.terminate()
  await until(() => replaced().length === 3 && started().length === 3, 'two that were ended are replaced')
  await using after = await SmtpClient.ready(gateway.smtpPort)
  expect(queueId(await after.send(ann, bob, letter('a')))).toBeDefined()
  expect((await clear(gateway, id)).toString()).toContain('Hello')
})

test('a thread whose port is taken when it is to be replaced is started once the port is free', async () => {
  await using own = await startTestGateway({ settings: { workers: 1 } })
  const thief = createServer()
  const thread = intakeThreads().at(-1)
  const stolen = new Promise<void>((resolve) => {
    thread?.once('exit', () => thief.listen(own.smtpPort, '127.0.0.1', resolve))
  })
  await thread?.terminate()
  await stolen
  const says = (text: string) => () => own.logged.some(({ msg }) => String(msg).includes(text))
  await until(says('could not be started; it is tried again'), 'the log says so')
  thief.close()
  await until(says('mail in was started'), 'it was started')
  await using client = await SmtpClient.ready(own.smtpPort)
  expect(queueId(await client.send(ann, bob, letter('a')))).toBeDefined()
})

describe('a process of its own', () => {
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'postern-workers-'))
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  test('that is told to stop in the middle of a message lets it end and sends the others away', async () => {
    const { child, ready } = spawnGateway({ dataDir, environment: { POSTERN_WORKERS: '2' } })
    const running = await ready
    await using busy = await SmtpClient.ready(running.smtpPort)
    await using idle = await SmtpClient.ready(running.smtpPort)
    await busy.envelope(ann, bob)
    await busy.flush(`From: ${ann}\r\nSubject: a\r\n\r\n`)
    child.kill('SIGTERM')
    expect(await idle.reply()).toMatch(/^421 /)
    busy.write('x\r\n.\r\n')
    expect(queueId((await busy.reply()) ?? '')).toBeDefined()
    expect(await running.stop()).toBe(0)
    expect(running.log()).not.toMatch(/replaced|"level":50/)
  })

  test.each([1, 2])('with %i threads does not share its port with a second gateway', async (workers) => {
    await using first = await startGatewayProcess({ dataDir, environment: { POSTERN_WORKERS: `${workers}` } })
    const other = await mkdtemp(join(tmpdir(), 'postern-workers-other-'))
    try {
      const environment = { POSTERN_WORKERS: `${workers}`, POSTERN_SMTP_PORT: `${first.smtpPort}` }
      const { ready } = spawnGateway({ dataDir: other, environment })
      await expect(ready).rejects.toThrow(/Port \d+ \(SMTP\).*POSTERN_SMTP_PORT/)
    } finally {
      await rm(other, { recursive: true, force: true })
    }
  })
})

test('a gateway that can’t take all its ports starts no thread', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'postern-workers-'))
  try {
    const config = await testConfig(dataDir, { workers: 2, smtpsPort: gateway.smtpPort })
    const before = intakeThreads().length
    await expect(startGateway(config, { log: createLog('silent') })).rejects.toThrow(
      /Port \d+ \(SMTP with TLS\).*POSTERN_SMTPS_PORT/,
    )
    expect(intakeThreads().length).toBe(before)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
