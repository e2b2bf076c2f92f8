/**
 * Shredding, proven on the bytes: once a message has ended, the master key and everything on the disk together open
 * nothing of it. A copy of the disk from before is what opens it still, and stands here for a backup.
 */
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { createDelivery } from '../../gateway/delivery/index.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import { openStore } from '../../gateway/store/index.ts'
import { createVault } from '../../gateway/vault/index.ts'
import { startTestGateway, testClock } from '../fixtures/gateway.ts'
import { until } from '../fixtures/until.ts'
import { startRemote } from '../peers/remote.ts'
import { connectSender } from '../peers/sender.ts'
import { type Office, bytesOf, day, mail, office, quiet } from './messages-parts.ts'

const secret = 'the secret of the text'
const large = mail({}, `${secret}\r\n`.repeat(20_000))
const small = mail({}, `${secret}\r\n`.repeat(5))

/** Every file below a directory, whole: database, write-ahead log, shared memory, bodies, temporary ones. */
async function everything(directory: string): Promise<Buffer[]> {
  const files: Buffer[] = []
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) files.push(await readFile(join(entry.parentPath, entry.name)))
  }
  return files
}

/** A wrapped key is nonce (12), the key enciphered (32), tag (16): without the 32 bytes there is no key. */
const essence = (wrapped: Uint8Array) => Buffer.from(wrapped).subarray(12, 44)

/** How many of these wrapped keys stand anywhere on the disk. */
async function standing(directory: string, wrapped: readonly Uint8Array[]): Promise<number> {
  const files = await everything(directory)
  return wrapped.filter((key) => files.some((bytes) => bytes.includes(essence(key)))).length
}

async function keysOf({ store }: Pick<Office, 'store'>, table: 'messages' | 'drafts' | 'outbox') {
  const rows = await store.db.selectFrom(table).select('wrapped_key').execute()
  return rows.flatMap(({ wrapped_key }) => (wrapped_key ? [wrapped_key] : []))
}

describe('when a message has ended', () => {
  test.for([
    ['small', small],
    ['large', large],
  ] as const)('no 60 bytes of the disk are the key of a %s one', async ([, raw]) => {
    await using desk = await office()
    const messageId = await desk.receive({ raw, hold: ['rita@clinic.test'] })
    const { person, id } = await desk.newest('rita@clinic.test')
    await desk.messages.open(person, id)
    expect(await opens(desk, messageId)).toBe(true)
    await desk.messages.recall(id, 'the wrong Rita')
    expect(await desk.store.forget()).toBe(true)
    expect(await opens(desk, messageId)).toBe(false)
  })

  test('readers find nothing, whatever was read before', async () => {
    await using desk = await office()
    const messageId = await desk.receive({ raw: large, hold: ['rita@clinic.test'] })
    const { person, id } = await desk.newest('rita@clinic.test')
    await desk.messages.open(person, id)
    await bytesOf((await desk.messages.original(person, id)).read())
    await desk.messages.recall(id, '')
    expect(await desk.messages.open(person, id)).toMatchObject({ text: null, html: null, subject: '' })
    await expect(desk.messages.original(person, id)).rejects.toMatchObject({ status: 410 })
    await expect(bytesOf(desk.messages.read(messageId))).rejects.toMatchObject({ status: 410 })
    expect(await desk.messages.outgoing(messageId)).toBeUndefined()
  })
})

test('while somebody reads old pages nobody waits for them, and the next round forgets', async () => {
  await using desk = await office()
  await desk.receive({ raw: small, hold: ['rita@clinic.test'] })
  const wrapped = await keysOf(desk, 'messages')
  const { id } = await desk.newest('rita@clinic.test')
  // Another process, such as a backup.
  const reader = new DatabaseSync(join(desk.directory, 'postern.db'), { readOnly: true })
  try {
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM messages').get()
    await desk.messages.recall(id, '')
    const busy = desk.store.forget()
    await desk.receive({ raw: small, hold: ['rita@clinic.test'] })
    expect(await busy).toBe(false)
    expect(await standing(desk.directory, wrapped)).toBe(1)
    reader.exec('COMMIT')
    expect(await desk.store.forget()).toBe(true)
    expect(await standing(desk.directory, wrapped)).toBe(0)
  } finally {
    reader.close()
  }
})

describe('of many messages', () => {
  test('that were read, answered and ended in any order no key is left in any page', async () => {
    await using desk = await office()
    const people = Array.from({ length: 12 }, (_, index) => `p${index}@clinic.test`)
    for (let round = 0; round < 20; round++) {
      const raw = round % 5 === 0 ? large : mail({}, `${secret} ${'x'.repeat(round * 150)}\r\n`)
      await desk.receive({
        raw,
        hold: people.slice(0, 1 + (round % 12)),
        options: { expiryDays: 1 + (round % 7) },
      })
    }
    const wrapped = await keysOf(desk, 'messages')
    // Reading makes rows grow, so that pages are split and rows moved.
    for (const address of people.slice(0, 8)) {
      const person = await desk.person(address)
      const { items } = await desk.messages.list(person, { limit: '100' })
      for (const item of items) await desk.messages.open(person, item.id)
      const draft = await desk.messages.createDraft(person, { kind: 'reply', messageId: items[0]?.id })
      await desk.messages.saveDraft(person, draft.id, { ...draft, html: `<p>${'y'.repeat(9000)}</p>` })
    }
    const drafts = await keysOf(desk, 'drafts')
    expect(await standing(desk.directory, [...wrapped, ...drafts])).toBe(wrapped.length + drafts.length)

    for (let passed = 0; passed < 8; passed++) {
      desk.clock.at += day
      await desk.messages.expireDue()
    }
    expect(await desk.store.forget()).toBe(true)
    expect(await keysOf(desk, 'messages')).toEqual([])
    expect(await standing(desk.directory, [...wrapped, ...drafts])).toBe(0)
  })
})

test('a copy of the disk from before opens it still: so long do backups', async () => {
  await using desk = await office()
  const messageId = await desk.receive({ raw: small, hold: ['rita@clinic.test'] })
  const backup = await mkdtemp(join(tmpdir(), 'postern-before-'))
  try {
    await desk.store.forget()
    await cp(desk.directory, backup, { recursive: true })
    const { id } = await desk.newest('rita@clinic.test')
    await desk.messages.recall(id, '')
    await desk.store.forget()
    await using before = await openStore(backup)
    const row = await before.db
      .selectFrom('messages')
      .select(['wrapped_key', 'body_id'])
      .where('id', '=', messageId)
      .executeTakeFirstOrThrow()
    expect(row.wrapped_key).not.toBeNull()
    expect(row.body_id).not.toBeNull()
  } finally {
    await rm(backup, { recursive: true, force: true })
  }
})

describe('through a whole gateway', () => {
  test('nothing is left of mail that was relayed, and of mail that was held', async () => {
    const clock = testClock()
    await using gateway = await startTestGateway({ now: clock.now })
    const { store, messages } = gateway
    expect(await send(gateway, 'Hello')).toMatch(/^250/)
    expect(await send(gateway, '[secure] Hello')).toMatch(/^250/)
    const wrapped = await keysOf({ store }, 'messages')
    await gateway.delivery.idle()
    // The relayed one ended when it was delivered, the other ends at its time.
    await until(
      async () => (await keysOf({ store }, 'messages')).length === 1,
      'the relayed message is shredded',
    )
    clock.pass(400 * day)
    await messages.expireDue()
    expect(await keysOf({ store }, 'messages')).toEqual([])
    await until(() => store.forget(), 'nobody reads old pages')
    expect(await standing(gateway.dataDir, wrapped)).toBe(0)
  })

  test('nothing is left of mail that could not be delivered, once its sender was told', async () => {
    const answer = (command: string) =>
      command === 'RCPT TO:<ben@far.test>' ? '550 5.1.1 nobody' : undefined
    await using remote = await startRemote({ answer })
    await using gateway = await startTestGateway({ settings: { smartHost: `127.0.0.1:${remote.port}` } })
    const { store } = gateway
    expect(await send(gateway, 'Hello')).toMatch(/^250/)
    const wrapped = await keysOf({ store }, 'messages')
    expect(wrapped).toHaveLength(1)
    await until(() => remote.received.length === 1, 'its sender was told')
    await until(async () => (await keysOf({ store }, 'messages')).length === 0, 'the message is shredded')
    await until(() => store.forget(), 'nobody reads old pages')
    expect(await standing(gateway.dataDir, wrapped)).toBe(0)
  })
})

test('nothing is left of an entry that has left the outbox', async () => {
  await using desk = await office()
  const config = { hostname: 'gw.example.test', outboxSize: 3 }
  const { store, people } = desk
  await using delivery = createDelivery({ store, people, config, now: () => desk.clock.at, log: quiet })
  delivery.start(async () => ({
    envelopeFrom: 'anna@example.test',
    fromAddress: 'anna@example.test',
    subject: 'Hello',
    size: small.length,
    async *read() {
      yield Buffer.from(small)
    },
  }))
  const seen = new Set<string>()
  for (let round = 0; round < 10; round++) {
    for (let count = 0; count < 16; count++) await desk.receive({ raw: small, relay: ['ben@far.test'] })
    delivery.wake()
    await delivery.idle()
    for (const key of await keysOf(desk, 'outbox')) seen.add(Buffer.from(key).toString('hex'))
  }
  for (const key of await keysOf(desk, 'outbox')) seen.delete(Buffer.from(key).toString('hex'))
  expect(seen.size).toBeGreaterThan(50)
  expect(await store.forget()).toBe(true)
  const gone = [...seen].map((key) => Buffer.from(key, 'hex'))
  expect(await standing(desk.directory, gone)).toBe(0)
})

async function send(gateway: Pick<Gateway, 'smtpPort'>, subject: string): Promise<string> {
  using sender = await connectSender(gateway.smtpPort)
  return await sender.send({
    from: 'ann@example.test',
    to: ['ben@far.test'],
    data: mail({ From: 'ann@example.test', Subject: subject }, secret),
  })
}

/** Whether any 60 bytes on the disk are the wrapped key of a message, with the keys above it at hand. */
async function opens(desk: Office, messageId: string): Promise<boolean> {
  const account = await desk.store.db
    .selectFrom('accounts')
    .select(['id', 'wrapped_key'])
    .executeTakeFirstOrThrow()
  const key = createVault(Buffer.alloc(32, 7)).account(account.id, account.wrapped_key)
  for (const bytes of await everything(desk.directory)) {
    for (let at = 0; at + 60 <= bytes.length; at++) {
      // Zeroes are no key, and most of a database is.
      if (bytes[at + 12] === 0 && bytes[at + 13] === 0) continue
      try {
        key.message(messageId, bytes.subarray(at, at + 60))
        return true
      } catch {
        // Not here.
      }
    }
  }
  return false
}
