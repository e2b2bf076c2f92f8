/**
 * The disk fails under a gateway that takes mail: in every way a disk can. Mail is put off, never lost, never taken
 * without being safe, and the gateway goes on by itself when the disk does.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, describe, expect, test } from 'vitest'
import { openStore } from '../../gateway/store/index.ts'
import { until } from '../fixtures/until.ts'
import { type Fault, type FaultyDisk, type Operation, faultyDisk } from '../peers/faulty-disk.ts'
import { type GatewayProcess, startGatewayProcess } from '../peers/gateway-process.ts'
import { startRemote } from '../peers/remote.ts'
import { connectSender } from '../peers/sender.ts'

interface World extends AsyncDisposable {
  readonly dataDir: string
  readonly disk: FaultyDisk
  gateway: GatewayProcess
  /** Sends one message and resolves to the reply. What was acknowledged is kept in mind. */
  send(size?: number, secure?: boolean): Promise<string>
  readonly acknowledged: string[]
  /** Resolves when /readyz says so. */
  ready(status: 200 | 503): Promise<void>
  /** Stops the gateway and says what of what was acknowledged is missing or there twice, and what else is there. */
  stored(): Promise<{ missing: string[]; doubled: number; strangers: string[]; files: number; named: number }>
  restart(): Promise<void>
}

async function world(context: TestContext): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'postern-disk-'))
  const disk = await faultyDisk(context, dataDir)
  const start = () => startGatewayProcess({ dataDir, environment: disk.environment })
  const self: World = {
    dataDir,
    disk,
    gateway: await start(),
    acknowledged: [],
    async send(size = 2000, secure = true) {
      const id = `<${randomBytes(9).toString('hex')}@example.test>`
      using sender = await connectSender(self.gateway.smtpPort)
      const reply = await sender.send({
        from: 'ann@example.test',
        to: ['ben@far.test'],
        data: letter(id, secure, size),
      })
      if (reply.startsWith('250')) self.acknowledged.push(id)
      return reply
    },
    async ready(status) {
      await until(
        async () => (await fetch(`${self.gateway.httpUrl}/readyz`)).status === status,
        `/readyz says ${status}`,
      )
    },
    async stored() {
      expect(await self.gateway.stop()).toBe(0)
      await using store = await openStore(dataDir)
      const rows = await store.db.selectFrom('messages').select('rfc_message_id').execute()
      const ids = rows.map((row) => row.rfc_message_id).filter((id) => id.endsWith('@example.test>'))
      const bodies = await store.db.selectFrom('bodies').select('id').where('data', 'is', null).execute()
      const entries = await readdir(join(dataDir, 'bodies'), { recursive: true, withFileTypes: true })
      return {
        missing: self.acknowledged.filter((id) => !ids.includes(id)),
        doubled: ids.length - new Set(ids).size,
        strangers: ids.filter((id) => !self.acknowledged.includes(id)),
        files: entries.filter((entry) => entry.isFile()).length,
        named: bodies.length,
      }
    },
    async restart() {
      self.gateway = await start()
    },
    async [Symbol.asyncDispose]() {
      disk.heal()
      await self.gateway[Symbol.asyncDispose]()
      await disk[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  return self
}

function letter(id: string, secure: boolean, size: number): string {
  return [
    'From: Ann <ann@example.test>',
    'To: ben@far.test',
    `Subject: ${secure ? '[secure] ' : ''}Figures`,
    `Message-ID: ${id}`,
    '',
    ...Array.from({ length: Math.ceil(size / 70) }, (_, line) => `${line} ${'x'.repeat(60)}`),
  ].join('\r\n')
}

const large = 700_000
const nothingWrong = { missing: [], doubled: 0, strangers: [] }
/** Lines of the log that tell of the trouble, and that it is over. */
const told = (gateway: GatewayProcess) => ({
  trouble: gateway.log().match(/"trouble":"[a-z]+"/g) ?? [],
  over: gateway.log().match(/works again/g)?.length ?? 0,
})

type Told = [name: string, faults: [Operation, Fault][], reply: RegExp, size: number]

const failing: Told[] = [
  ['fsync fails', [['sync', { error: 'EIO' }]], /^451 4\.3\.0/, 2000],
  ['fsync of large messages fails', [['sync', { error: 'EIO', within: '/bodies/' }]], /^451 4\.3\.0/, large],
  ['writing fails', [['write', { error: 'EIO' }]], /^451 4\.3\.0/, 2000],
  ['writing large messages fails', [['write', { error: 'EIO', within: '/bodies/' }]], /^451 4\.3\.0/, large],
  ['renaming fails', [['rename', { error: 'EIO' }]], /^451 4\.3\.0/, large],
  ['no file can be made', [['create', { error: 'EIO' }]], /^451 4\.3\.0/, large],
  ['it is full', [['write', { error: 'ENOSPC' }]], /^452 4\.3\.1/, 2000],
  [
    'it is full when a large message comes',
    [['write', { error: 'ENOSPC', within: '/bodies/' }]],
    /^452 4\.3\.1/,
    large,
  ],
  ['its quota is used up', [['write', { error: 'EDQUOT', within: '/bodies/' }]], /^452 4\.3\.1/, large],
]

describe('a disk that fails for a while', () => {
  test.for(failing)('%s: mail is put off until it works again', async ([, faults, reply, size], context) => {
    await using place = await world(context)
    expect(await place.send(size)).toMatch(/^250/)

    for (const [operation, fault] of faults) place.disk.fail(operation, fault)
    const replies = await Promise.all(Array.from({ length: 12 }, () => place.send(size)))
    expect(replies.filter((one) => !reply.test(one))).toEqual([])
    await place.ready(503)
    for (let more = 0; more < 5; more++) expect(await place.send(size)).toMatch(reply)

    place.disk.heal()
    await place.ready(200)
    expect(await place.send(size)).toMatch(/^250/)
    // Said once each, however much mail came.
    const { trouble, over } = told(place.gateway)
    expect({ trouble: trouble.length, over }).toEqual({ trouble: 1, over: 1 })
    const { files, named, ...found } = await place.stored()
    expect(found).toEqual(nothingWrong)
    expect(files).toBe(named)
  })

  test('that was turned read-only puts mail off, and nothing is lost', async (context) => {
    await using place = await world(context)
    expect(await place.send()).toMatch(/^250/)
    place.disk.readOnly()
    for (const size of [2000, large]) expect(await place.send(size)).toMatch(/^451 4\.3\.0/)
    await place.ready(503)
    place.disk.heal()
    await place.ready(200)
    for (const size of [2000, large]) expect(await place.send(size)).toMatch(/^250/)
    const { files, named, ...found } = await place.stored()
    expect(found).toEqual(nothingWrong)
    // What could not be removed while nothing could be is swept in an hour.
    expect(files - named).toBeLessThanOrEqual(1)
  })

  test('every third fsync: what was acknowledged is there once, what was not is not there', async (context) => {
    await using place = await world(context)
    const seen = { put: 0, off: 0 }
    for (let round = 0; round < 15; round++) {
      place.disk.fail('sync', { error: 'EIO', skip: 2, times: 1 })
      const replies = await Promise.all([place.send(), place.send(2000, false), place.send(large)])
      for (const reply of replies) seen[reply.startsWith('250') ? 'put' : 'off']++
    }
    place.disk.heal()
    await place.ready(200)
    expect(seen.put).toBeGreaterThan(0)
    expect(seen.off).toBeGreaterThan(0)
    const { files, named, ...found } = await place.stored()
    expect(found).toEqual(nothingWrong)
    expect(files).toBe(named)
  })
})

test('a message whose commit failed and was answered so is not there after a crash', async (context) => {
  await using place = await world(context)
  await place.send()
  for (let round = 0; round < 3; round++) {
    place.disk.fail('sync', { error: 'EIO', within: 'postern.db-wal' })
    expect(await place.send()).toMatch(/^451/)
    await place.gateway.kill()
    place.disk.heal()
    await place.restart()
  }
  const { missing, doubled, strangers } = await place.stored()
  expect({ missing, doubled, strangers }).toEqual(nothingWrong)
})

describe('a slow disk', () => {
  test('of 5 ms a write takes its time, and nothing is lost', async (context) => {
    await using place = await world(context)
    place.disk.fail('sync', { delay: 5 })
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, index) => place.send(index % 10 === 0 ? large : 2000, index % 2 === 0)),
    )
    expect(replies.filter((reply) => !reply.startsWith('250'))).toEqual([])
    const { files, named, ...found } = await place.stored()
    expect(found).toEqual(nothingWrong)
    expect(files).toBe(named)
  })

  test('of 2 s a write keeps people waiting, and nothing is lost or sent twice', async (context) => {
    await using place = await world(context)
    place.disk.fail('sync', { delay: 2000 })
    const replies = await Promise.all(Array.from({ length: 20 }, () => place.send()))
    expect(replies.filter((reply) => !reply.startsWith('250'))).toEqual([])
    place.disk.heal()
    expect((await place.stored()).missing).toEqual([])
  })
})

test('what was sent while the disk failed is sent once', async (context) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'postern-disk-'))
  try {
    await using disk = await faultyDisk(context, dataDir)
    // The disk begins to fail while the remote takes the message.
    const answer = (command: string) => {
      if (command === 'END') disk.fail('sync', { error: 'EIO' })
      return undefined
    }
    await using remote = await startRemote({ answer })
    const environment = { ...disk.environment, POSTERN_SMART_HOST: `127.0.0.1:${remote.port}` }
    await using gateway = await startGatewayProcess({ dataDir, environment })
    using sender = await connectSender(gateway.smtpPort)
    const data = letter('<once@example.test>', false, 2000)
    expect(await sender.send({ from: 'ann@example.test', to: ['ben@far.test'], data })).toMatch(/^250/)
    await until(() => remote.received.length === 1, 'the remote has it')
    await until(() => disk.failed('sync') > 2, 'the disk has failed')
    disk.heal()
    await using store = await openStore(dataDir)
    const dispatch = () =>
      store.db
        .selectFrom('dispatches')
        .select('state')
        .where('kind', '=', 'message')
        .executeTakeFirstOrThrow()
    await until(async () => (await dispatch()).state === 'done', 'it is written down')
    expect(remote.received).toHaveLength(1)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
