/** A disk that is really full, and data on it that is damaged, under a gateway that runs. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type TestGateway, startTestGateway, testClock } from '../fixtures/gateway.ts'
import { until } from '../fixtures/until.ts'
import { connectSender } from '../peers/sender.ts'
import { startRemote } from '../peers/remote.ts'
import { smallDisk } from '../peers/small-disk.ts'
import { day, mail, problem } from './messages-parts.ts'

const megabyte = 1024 * 1024

async function send(gateway: TestGateway, subject: string, body = 'figures', to = 'ben@far.test') {
  using sender = await connectSender(gateway.smtpPort)
  const headers = {
    From: 'ann@example.test',
    To: to,
    Subject: subject,
    'Message-ID': `<${randomBytes(9).toString('hex')}@example.test>`,
  }
  return await sender.send({ from: 'ann@example.test', to: [to], data: mail(headers, body) })
}

const ready = async (gateway: TestGateway) => (await fetch(`${gateway.httpUrl}/readyz`)).status

async function newest(gateway: TestGateway, address: string) {
  const person = await gateway.people.personByAddress(address)
  if (!person) throw new Error(`nobody has the address ${address}`)
  const { items } = await gateway.messages.list(person, { limit: '100' })
  return { person, items, id: items[0]?.id ?? '' }
}

describe('a disk that fills', () => {
  test('takes no more mail while there is room for all else, and takes it again when there is more', async (context) => {
    await using disk = await smallDisk(context, 64)
    const clock = testClock()
    await using gateway = await startTestGateway({ dataDir: join(disk.path, 'data'), now: clock.now })
    expect(await send(gateway, '[secure] Before', 'x'.repeat(70) + '\r\n')).toMatch(/^250/)
    expect(await ready(gateway)).toBe(200)

    await writeFile(join(disk.path, 'filler'), randomBytes(59 * megabyte))
    const full = async () => (await send(gateway, '[secure] Full')).startsWith('452 4.3.1')
    await until(full, 'mail is put off')
    expect(await ready(gateway)).toBe(503)
    // Reading, drafts, taking back and expiry go on.
    const { person, id } = await newest(gateway, 'ben@far.test')
    expect((await gateway.messages.open(person, id)).state).toBe('held')
    const draft = await gateway.messages.createDraft(person, { kind: 'reply', messageId: id })
    await gateway.messages.saveDraft(person, draft.id, { ...draft, html: '<p>Thanks</p>' })
    clock.pass(400 * day)
    expect(await gateway.messages.expireDue()).toBeGreaterThan(0)

    await rm(join(disk.path, 'filler'))
    await until(async () => (await ready(gateway)) === 200, 'there is room again')
    expect(await send(gateway, '[secure] After')).toMatch(/^250/)
    const told = gateway.logged.filter((line) => 'trouble' in line)
    expect(told.map(({ trouble }) => trouble)).toEqual(['full'])
    expect(gateway.logged.some(({ msg }) => String(msg).includes('works again'))).toBe(true)
  })

  test('to the last byte loses nothing, and what was acknowledged is there afterwards', async (context) => {
    await using disk = await smallDisk(context, 48)
    const dataDir = join(disk.path, 'data')
    let acknowledged = 0
    {
      await using gateway = await startTestGateway({ dataDir })
      expect(await send(gateway, '[secure] 0')).toMatch(/^250/)
      acknowledged++
      // Somebody else fills it, past what is kept free.
      await writeFile(join(disk.path, 'filler'), randomBytes(48 * megabyte)).catch(() => undefined)
      for (let count = 1; count < 8; count++) {
        const reply = await send(
          gateway,
          `[secure] ${count}`,
          'x'.repeat(count * 60_000).replace(/.{70}/g, '$&\r\n'),
        )
        expect(reply).toMatch(/^(250|452 4\.3\.1|451 4\.3\.0)/)
        if (reply.startsWith('250')) acknowledged++
      }
      expect(await ready(gateway)).toBe(503)
      const { person, id } = await newest(gateway, 'ben@far.test')
      // Nothing can be written, so nothing can be said to have been read; a person is told to try again.
      await gateway.messages.open(person, id).catch((error: unknown) => {
        expect(error).toMatchObject({ status: 503 })
      })
      await rm(join(disk.path, 'filler'))
      await until(async () => (await ready(gateway)) === 200, 'there is room again')
      expect(await send(gateway, '[secure] last')).toMatch(/^250/)
      acknowledged++
      expect((await newest(gateway, 'ben@far.test')).items).toHaveLength(acknowledged)
    }
    await using again = await startTestGateway({ dataDir })
    const { person, items } = await newest(again, 'ben@far.test')
    expect(items).toHaveLength(acknowledged)
    for (const { id } of items) expect((await again.messages.open(person, id)).text).toBeTruthy()
  })
})

describe('damage', () => {
  const large = 'figures\r\n'.repeat(60_000)

  async function bodyFile(gateway: TestGateway): Promise<string> {
    const entries = await readdir(join(gateway.dataDir, 'bodies'), { recursive: true, withFileTypes: true })
    const file = entries.find((entry) => entry.isFile())
    if (!file) throw new Error('there is no file of a body')
    return join(file.parentPath, file.name)
  }

  async function spoil(path: string, at: number, bytes: Buffer): Promise<void> {
    const file = await open(path, 'r+')
    await file.write(bytes, 0, bytes.length, at)
    await file.close()
  }

  test('of one message is told to its reader and the log; the list and other messages go on', async () => {
    await using gateway = await startTestGateway()
    expect(await send(gateway, '[secure] Whole')).toMatch(/^250/)
    expect(await send(gateway, '[secure] Broken', large)).toMatch(/^250/)
    await spoil(await bodyFile(gateway), 100_000, randomBytes(64))
    const { person, items } = await newest(gateway, 'ben@far.test')
    expect(items.map(({ subject }) => subject)).toEqual(['Broken', 'Whole'])
    const refused = await problem(gateway.messages.open(person, items[0]?.id ?? ''))
    expect(refused).toMatchObject({ code: 'message-damaged', status: 500 })
    expect(refused.message).toContain('Ask its sender to send it again')
    expect((await gateway.messages.open(person, items[1]?.id ?? '')).text).toContain('figures')
  })

  test('of a message on its way keeps no other from leaving, and no half of it leaves', async () => {
    let first = true
    const answer = (command: string) => {
      if (command !== 'END' || !first) return undefined
      first = false
      return '451 4.2.0 later'
    }
    await using remote = await startRemote({ answer })
    await using gateway = await startTestGateway({ settings: { smartHost: `127.0.0.1:${remote.port}` } })
    expect(await send(gateway, 'Broken', large)).toMatch(/^250/)
    await until(async () => (await gateway.delivery.list({}))[0]?.attempts === 1, 'it was tried')
    await gateway.delivery.idle()
    await spoil(await bodyFile(gateway), 400_000, randomBytes(64))

    await gateway.delivery.retry({})
    expect(await send(gateway, 'Another')).toMatch(/^250/)
    await until(() => remote.received.length === 1, 'the other one leaves')
    await gateway.delivery.idle()
    expect(remote.received.map(({ data }) => data.includes('Subject: Another'))).toEqual([true])
    const [left, ...more] = await gateway.delivery.list({})
    expect(more).toEqual([])
    expect(left).toMatchObject({ state: 'queued', attempts: 2 })
    expect(left?.recipients[0]?.reply).toContain('could not read')
  })

  test('of the database puts off what touches it and takes other mail', async (context) => {
    await using disk = await smallDisk(context, 96)
    const dataDir = join(disk.path, 'data')
    {
      await using gateway = await startTestGateway({ dataDir })
      for (let count = 0; count < 40; count++)
        expect(await send(gateway, `[secure] ${count}`)).toMatch(/^250/)
      await gateway.delivery.idle()
    }
    await spoilTable(dataDir, 'events')
    await using gateway = await startTestGateway({ dataDir })
    const replies = []
    for (let count = 0; count < 10; count++) replies.push(await send(gateway, `[secure] more ${count}`))
    for (const reply of replies) expect(reply).toMatch(/^(250|451 4\.3\.0)/)
    expect((await fetch(`${gateway.httpUrl}/healthz`)).status).toBe(200)
  })
})

describe('a gateway that is started', () => {
  test('on a database that is none says what to do', async (context) => {
    await using disk = await smallDisk(context, 16)
    await writeFile(join(disk.path, 'postern.db'), randomBytes(40_000))
    await mkdir(join(disk.path, 'keys'))
    await writeFile(join(disk.path, 'keys/master.key'), 'ab'.repeat(32), { mode: 0o600 })
    await expect(startTestGateway({ dataDir: disk.path })).rejects.toThrow(
      /damaged: restore the newest backup/,
    )
  })

  test('on a full disk says so', async (context) => {
    await using disk = await smallDisk(context, 1)
    await writeFile(join(disk.path, 'filler'), randomBytes(megabyte - 64 * 1024))
    await expect(startTestGateway({ dataDir: disk.path })).rejects.toThrow(/full/)
  })
})

/** Writes nonsense over leaf pages of a table, as a bad disk would. */
async function spoilTable(dataDir: string, table: string): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(join(dataDir, 'postern.db'))
  const pages = database
    .prepare(`SELECT rootpage FROM sqlite_schema WHERE name = ?`)
    .all(table)
    .map(({ rootpage }) => Number(rootpage))
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  const file = await open(join(dataDir, 'postern.db'), 'r+')
  for (const page of pages) await file.write(randomBytes(3000), 0, 3000, (page - 1) * 4096 + 900)
  await file.close()
}
