import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GroupCommit } from '../../gateway/store/group-commit.ts'
import { type Schema, type Store, type Trx, countChange, openStore } from '../../gateway/store/index.ts'
import { Statements, nodeSqliteDialect } from '../../gateway/store/node-sqlite.ts'
import { SqliteFile } from '../../gateway/store/sqlite-file.ts'

let directory: string
let store: Store
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-store-'))
  store = await openStore(directory)
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

const event = (type: string) => (trx: Trx) =>
  trx
    .insertInto('events')
    .values({
      at: 1,
      account_id: 'a',
      message_id: null,
      copy_id: null,
      person_id: null,
      type,
      detail_json: '{}',
    })
    .execute()

const types = async () =>
  (await store.db.selectFrom('events').select('type').orderBy('id').execute()).map((e) => e.type)

test('what write resolved is there for every reader', async () => {
  await store.write(event('one'))
  expect(await types()).toEqual(['one'])
})

test('a job that fails is undone alone, its neighbours in the same group are kept', async () => {
  const results = await Promise.allSettled([
    store.write(event('before')),
    store.write(async (trx) => {
      await event('undone')(trx)
      throw new Error('no')
    }),
    store.write(event('after')),
  ])
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await types()).toEqual(['before', 'after'])
})

test('a refused statement (unique, not null) fails its own job only', async () => {
  const account = {
    id: 'a',
    code: 'a',
    name: 'A',
    settings_json: '{}',
    wrapped_key: new Uint8Array(1),
    created_at: 1,
  }
  const insert = () => store.write((trx) => trx.insertInto('accounts').values(account).execute())
  const results = await Promise.allSettled([insert(), insert(), store.write(event('after'))])
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await types()).toEqual(['after'])
})

test('a thousand writers at once all get through, also those that come while a group is being written', async () => {
  await Promise.all(
    Array.from({ length: 1000 }, async (_, i) => {
      await store.write(event(`first ${i}`))
      await store.write(event(`second ${i}`))
    }),
  )
  expect((await types()).length).toBe(2000)
})

test('closing waits for what was handed in', async () => {
  const writes = Array.from({ length: 300 }, (_, i) => store.write(event(`${i}`)))
  await store[Symbol.asyncDispose]()
  await Promise.all(writes)
  store = await openStore(directory)
  expect((await types()).length).toBe(300)
})

test('opening an existing store keeps what is in it', async () => {
  await store.write(event('kept'))
  await store[Symbol.asyncDispose]()
  store = await openStore(directory)
  expect(await types()).toEqual(['kept'])
})

test('what was overwritten and forgotten stands in no file any more', async () => {
  const secret = Buffer.from('a wrapped key that must not outlive its message')
  const account = { id: 'a', code: 'a', name: 'A', settings_json: '{}', wrapped_key: secret, created_at: 1 }
  await store.write((trx) => trx.insertInto('accounts').values(account).execute())
  await store.write((trx) =>
    trx
      .updateTable('accounts')
      .set({ wrapped_key: Buffer.alloc(0) })
      .execute(),
  )
  const everywhere = async () =>
    Buffer.concat(
      await Promise.all(['postern.db', 'postern.db-wal'].map((name) => readFile(join(directory, name)))),
    )
  expect((await everywhere()).includes(secret)).toBe(true)
  await store.forget()
  expect((await everywhere()).includes(secret)).toBe(false)
})

test('a transaction ends when its time is up, however many wait', async () => {
  const statements = new Statements(new SqliteFile(() => new DatabaseSync(':memory:')))
  const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(statements) })
  const groups: number[] = []
  const hold = () => {
    // What a slow job does to the event loop.
    const until = performance.now() + 5
    while (performance.now() < until);
  }
  const commit = new GroupCommit(db, statements, (_seconds, jobs) => void groups.push(jobs), {
    jobs: 100,
    time: 4,
  })
  await Promise.all(Array.from({ length: 5 }, () => commit.write(async () => hold())))
  expect(groups).toEqual([1, 1, 1, 1, 1])
  await Promise.all(Array.from({ length: 250 }, () => commit.write(async () => undefined)))
  expect(Math.max(...groups)).toBeLessThanOrEqual(100)
  expect(groups.slice(5).reduce((sum, jobs) => sum + jobs, 0)).toBe(250)
  await db.destroy()
})

test('what this process and what another one changed of accounts is noticed at once', async () => {
  const other = await openStore(directory)
  const account = {
    id: 'a',
    code: 'a',
    name: 'A',
    settings_json: '{}',
    wrapped_key: new Uint8Array(1),
    created_at: 1,
  }
  for (const [writer, id] of [
    [store, 'a'],
    [other, 'b'],
  ] as const) {
    const before = store.version()
    await writer.write(async (trx) => {
      await trx
        .insertInto('accounts')
        .values({ ...account, id, code: id })
        .execute()
      await countChange(trx)
    })
    expect(store.version()).toBeGreaterThan(before)
  }
  const before = store.version()
  await other.write(event('nothing that is kept'))
  expect(store.version()).toBe(before)
  await other[Symbol.asyncDispose]()
})
