/** Backup and restore as an operator meets them: what is in it, what is not, and what happens afterwards. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MessageList } from '../../shared/contract/index.ts'
import { browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { sendMail } from '../fixtures/mail.ts'
import { goodPassword, signedIn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { putBack } from '../peers/old-store.ts'
import {
  type Shelf,
  backup,
  keyOf,
  largeFile,
  manifestOf,
  postern,
  restore,
  shelf,
  tree,
} from './backup-parts.ts'

const scan = largeFile()
let place: Shelf
let gateway: TestGateway
let taken: string

/** The portal of a gateway, with the password of before. */
async function readerOf(at: TestGateway) {
  const reader = browserClient(at.httpUrl, at.origin)
  const answer = await reader.post('/api/sign-in', { address: 'bob@elsewhere.test', password: goodPassword })
  expect(answer.status).toBe(200)
  return reader
}

async function inboxOf(reader: ReturnType<typeof browserClient>) {
  const { items } = MessageList.parse((await reader.get('/api/messages')).json)
  return new Map(items.map(({ id, subject }) => [subject, id]))
}

beforeAll(async () => {
  place = await shelf()
  gateway = await startTestGateway({ settings: { smartHost: '127.0.0.1:9' } })
  await writeFile(join(gateway.dataDir, 'postern.json'), '{ "name": "Example backup" }\n')
  await sendMail(gateway, { subject: '[secure] Small' })
  await sendMail(gateway, { subject: '[secure] Large', attachments: [scan] })
  await sendMail(gateway, { subject: 'Plain', attachments: [scan] })
  await gateway.delivery.idle()
  const bob = await signedIn(gateway, 'bob@elsewhere.test')
  expect((await bob.get('/api/session')).json).toMatchObject({ state: 'signed-in' })
  taken = place.place('taken')
  await backup(gateway.dataDir, taken)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})
const from = () => ({ backup: taken, key: keyOf(gateway.dataDir) })

describe('a backup beside a running gateway', () => {
  test('is closed to other users and has a hash of every file', async () => {
    const files = await tree(taken)
    expect((await stat(taken)).mode & 0o777).toBe(0o700)
    for (const [path, rights] of files)
      expect({ path, rights }).toEqual({
        path,
        rights: path.includes('.') || path.length > 12 ? '600' : '700',
      })
    const manifest = await manifestOf(taken)
    expect(Object.keys(manifest.files).sort()).toEqual(
      [...files.keys()].filter((path) => /^postern\.|^bodies\/..\/./.test(path)).sort(),
    )
    for (const [path, { sha256 }] of Object.entries(manifest.files)) {
      const bytes = await readFile(join(taken, path))
      expect(createHash('sha256').update(bytes).digest('hex'), path).toBe(sha256)
    }
    expect(manifest).toMatchObject({
      format: 1,
      schema: '0003-delivery',
      counts: { accounts: 1, messages: 3, held: 2 },
      broken: [],
    })
    expect(Object.keys(manifest.files).filter((path) => path.startsWith('bodies/'))).toHaveLength(2)
  })

  test('has neither the master key nor a word of a message in it, and says where the key is', async () => {
    const key = (await readFile(keyOf(gateway.dataDir), 'utf8')).trim()
    const secrets = [key, Buffer.from(key, 'hex'), 'For your eyes only', scan.content.subarray(1000, 1030)]
    for (const path of (await tree(taken)).keys()) {
      if (!path.includes('.') && path.length < 12) continue
      const bytes = await readFile(join(taken, path))
      for (const secret of secrets) expect(bytes.includes(secret), path).toBe(false)
    }
    const { out } = await backup(gateway.dataDir, place.place('again'))
    expect(out).toContain('The master key is NOT in it')
    expect(out).toContain(keyOf(gateway.dataDir))
    expect(out).toContain('postern.json is in it, with whatever passwords stand in that file.')
  })

  test('has nothing of what was destroyed before it', async () => {
    const reply = await sendMail(gateway, { subject: '[secure] Gone', to: 'gone@elsewhere.test' })
    const id = /\b[0-9a-z]{26}\b/.exec(reply)?.[0] ?? ''
    const row = () =>
      gateway.store.db.selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const { wrapped_key, subject_sealed } = await row()
    expect((await postern('message', 'recall', id, '--data', gateway.dataDir)).code).toBe(0)
    expect((await row()).wrapped_key).toBe(null)
    await backup(gateway.dataDir, place.place('after-recall'))
    const bytes = await readFile(place.place('after-recall/postern.db'))
    expect(bytes.includes(wrapped_key ?? '')).toBe(false)
    expect(bytes.includes(subject_sealed)).toBe(false)
  })

  test('tells programs what it holds', async () => {
    const { out } = await backup(gateway.dataDir, place.place('json'), '--json')
    expect(JSON.parse(out)).toMatchObject({
      directory: place.place('json'),
      masterKey: keyOf(gateway.dataDir),
      settings: true,
      copied: 2,
      linked: 0,
      removedUnfinished: false,
      manifest: { counts: { held: 2 } },
    })
  })

  test('is refused where something is, in the data directory, and where there is no directory for it', async () => {
    const there = place.place('there')
    await mkdir(there)
    await writeFile(join(there, 'a'), '')
    for (const [target, said] of [
      [there, /is there already/],
      [join(there, 'a'), /is there already/],
      [join(gateway.dataDir, 'backup'), /lies in the data directory/],
      [place.place('no/where'), /Make it first/],
    ] as const) {
      const { code, err } = await postern('backup', target, '--data', gateway.dataDir)
      expect({ code, said: said.test(err) }, err).toEqual({ code: 1, said: true })
    }
    expect(await readdir(there)).toEqual(['a'])
    // An empty one is a name that nobody has taken.
    await rm(join(there, 'a'))
    await backup(gateway.dataDir, there)
    expect(await readdir(there)).toContain('manifest.json')
  })

  test('after another takes over what that one has, without copying it', async () => {
    await sendMail(gateway, { subject: '[secure] Later', to: 'later@elsewhere.test', attachments: [scan] })
    const [first, second] = [place.place('first'), place.place('second')]
    await backup(gateway.dataDir, first, '--since', taken)
    const before = await manifestOf(taken)
    const known = Object.keys(before.files).filter((path) => path.startsWith('bodies/'))
    for (const path of known)
      expect((await stat(join(first, path))).ino).toBe((await stat(join(taken, path))).ino)
    const after = await manifestOf(first)
    expect(Object.keys(after.files)).toHaveLength(Object.keys(before.files).length + 1)
    // What the earlier one lost is copied, and hurts nobody.
    const [lost = ''] = known
    await rm(join(first, lost))
    const { out } = await backup(gateway.dataDir, second, '--since', first)
    expect(out).toContain('3 files of large bodies (2 linked from the earlier backup)')
    await rm(first, { recursive: true })
    expect((await postern('restore', second, '--check')).code).toBe(0)
    // One of another gateway is not believed.
    await using other = await startTestGateway()
    const { code, err } = await postern(
      'backup',
      place.place('other'),
      '--since',
      second,
      '--data',
      other.dataDir,
    )
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('not of this gateway') as string })
  })
})

describe('a restored gateway', () => {
  test('has everything that was acknowledged, and people sign in with their passwords', async () => {
    const dataDir = place.place('data')
    const { out } = await restore(from(), dataDir)
    expect(out).toContain('1 dispatches of messages are paused')
    expect(out).toContain('Everybody signs in again.')
    await using restored = await startTestGateway({ dataDir })
    expect(restored.config.name).toBe('Example backup')
    const bob = await readerOf(restored)
    const inbox = await inboxOf(bob)
    expect([...inbox.keys()].sort()).toEqual(['Large', 'Small'])
    for (const id of inbox.values())
      expect((await bob.post(`/api/messages/${id}/open`)).body.toString()).toContain('For your eyes only.')
    const file = await bob.get(`/api/messages/${inbox.get('Large')}/attachments/0`)
    expect(file.body.equals(scan.content)).toBe(true)
    expect((await stat(join(dataDir, 'keys'))).mode & 0o777).toBe(0o700)
    expect(await readdir(dataDir)).not.toContain('restore.partial')
    // Written down for whoever looks into it later.
    const events = await restored.store.db
      .selectFrom('events')
      .select('type')
      .where('type', '=', 'restored')
      .execute()
    expect(events).toHaveLength(1)
  })

  test('sends its notices, and no message that the old gateway may have sent, until it is let go', async () => {
    /** What leaves a gateway that is restored with these options, once its time has come. */
    const leaves = async (name: string, ...options: string[]) => {
      const dataDir = place.place(name)
      await restore(from(), dataDir, ...options)
      await using restored = await startTestGateway({ dataDir })
      await restored.store.write(async (trx) => {
        await trx.updateTable('dispatches').set({ next_try_at: 0 }).where('paused_at', 'is', null).execute()
      })
      restored.delivery.wake()
      await restored.delivery.idle()
      return (await restored.delivery.outbox.list()).map(({ subject }) => subject)
    }
    const careful = await leaves('paused')
    expect(careful).not.toContain('Plain')
    expect(careful.length).toBeGreaterThan(0)
    expect(await leaves('sent', '--send')).toContain('Plain')
  })

  test('lets in no session and no reset of before', async () => {
    const bob = await readerOf(gateway)
    await bob.post('/api/forgot', { address: 'bob@elsewhere.test' })
    const count = async (table: 'sessions' | 'resets', { store } = gateway) =>
      (await store.db.selectFrom(table).selectAll().execute()).length
    await until(async () => (await count('resets')) > 0, 'the reset is there')
    expect(await count('sessions')).toBeGreaterThan(0)
    const [later, dataDir] = [place.place('later'), place.place('sessions')]
    await backup(gateway.dataDir, later)
    await restore({ ...from(), backup: later }, dataDir)
    await using restored = await startTestGateway({ dataDir })
    const again = browserClient(restored.httpUrl, restored.origin)
    for (const [name, value] of bob.cookies) again.cookies.set(name, value)
    expect((await again.get('/api/session')).json).toEqual({ state: 'signed-out' })
    expect(await count('resets', restored)).toBe(0)
  })

  test('shows nobody what has expired since', async () => {
    const [old, dataDir] = [place.place('old'), place.place('expired')]
    const day = 24 * 60 * 60 * 1000
    const ends = Date.now() - day
    {
      await using past = await startTestGateway({ now: () => ends - 30 * day })
      await sendMail(past, { subject: '[secure] Past', attachments: [scan] })
      await past.delivery.idle()
      await backup(past.dataDir, old)
      await restore({ backup: old, key: keyOf(past.dataDir) }, dataDir)
    }
    await using restored = await startTestGateway({ dataDir })
    const rows = await restored.store.db
      .selectFrom('messages')
      .select(['wrapped_key', 'shredded_at'])
      .execute()
    expect(rows).toEqual([{ wrapped_key: null, shredded_at: expect.any(Number) as number }])
    expect([...(await tree(join(dataDir, 'bodies'))).keys()].filter((path) => path.includes('/'))).toEqual([])
  })

  test('without postern.json is a sandbox, to try a backup', async () => {
    const dataDir = place.place('drill')
    const { out } = await restore(from(), dataDir, '--no-settings')
    expect(out).toContain('there is no postern.json')
    expect(await readdir(dataDir)).not.toContain('postern.json')
  })

  test('takes the key that was put in place by hand', async () => {
    const dataDir = place.place('by-hand')
    await mkdir(join(dataDir, 'keys'), { recursive: true })
    await writeFile(keyOf(dataDir), await readFile(keyOf(gateway.dataDir)), { mode: 0o600 })
    const { code, out } = await postern('restore', taken, '--data', dataDir, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ data: dataDir, paused: 1, settings: true })
  })
})

test('a backup of a gateway that has stopped is one too', async () => {
  const dataDir = place.place('stopped')
  {
    await using short = await startTestGateway({ dataDir })
    await sendMail(short, { subject: '[secure] Before' })
    await short.delivery.idle()
  }
  await backup(dataDir, place.place('of-stopped'))
  const again = place.place('stopped-again')
  await restore({ backup: place.place('of-stopped'), key: keyOf(dataDir) }, again)
  await using restored = await startTestGateway({ dataDir: again })
  expect(await restored.store.db.selectFrom('copies').select('state').execute()).toEqual([{ state: 'held' }])
})

test.for(['0001-first', '0002-keys'] as const)(
  'a backup of a gateway of before (%s) is taken as it is, and restored to this version',
  async (schema) => {
    const [dataDir, of, again] = [
      place.place(schema),
      place.place(`${schema}-of`),
      place.place(`${schema}-again`),
    ]
    {
      await using short = await startTestGateway({ dataDir })
      await sendMail(short, { subject: '[secure] Before', attachments: [scan] })
      await short.delivery.idle()
    }
    await putBack(dataDir, schema)
    await backup(dataDir, of)
    expect(await manifestOf(of)).toMatchObject({ schema, counts: { held: 1 } })
    await restore({ backup: of, key: keyOf(dataDir) }, again)
    await using restored = await startTestGateway({ dataDir: again })
    const bob = await signedIn(restored, 'bob@elsewhere.test')
    const id = (await inboxOf(bob)).get('Before')
    expect((await bob.get(`/api/messages/${id}/attachments/0`)).body.equals(scan.content)).toBe(true)
  },
)
