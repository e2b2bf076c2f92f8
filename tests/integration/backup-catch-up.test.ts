/** What is shredded between the snapshot of a backup and the copying of its body. */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { catchUp } from '../../gateway/backup/catch-up.ts'
import { type Schema, bodyPath, openSnapshot, storePlaces, viewStore } from '../../gateway/store/index.ts'
import { type Office, mail, office } from './messages-parts.ts'

const large = () => mail({}, randomBytes(300_000).toString('hex'))
const rita = 'rita@clinic.test'

/** A snapshot of a store, and what the store has done since, brought to the same state. */
async function caughtUp(desk: Office, since: () => Promise<void>): Promise<Kysely<Schema>> {
  const path = join(desk.directory, 'snapshot.db')
  {
    await using live = viewStore(desk.directory)
    live.snapshot(path)
  }
  const bodies = async (db: Kysely<Schema>) =>
    (await db.selectFrom('bodies').select('id').where('data', 'is', null).execute()).map(({ id }) => id)
  const snapshot = openSnapshot(path)
  const before = await bodies(snapshot)
  await since()
  const now = new Set(await bodies(desk.store.db))
  const gone = before.filter((id) => !now.has(id))
  expect(gone.length).toBeGreaterThan(0)
  expect(await catchUp(snapshot, desk.store.db, gone, desk.clock.at)).toEqual([])
  return snapshot
}

/** The rows that tell how a message is, in both stores. */
async function state(db: Kysely<Schema>, id: string) {
  const of = (table: 'copies' | 'dispatches' | 'events') =>
    db.selectFrom(table).selectAll().where('message_id', '=', id).orderBy('id').execute()
  return {
    message: await db.selectFrom('messages').selectAll().where('id', '=', id).execute(),
    copies: await of('copies'),
    // Notices that came later are the live store's.
    dispatches: (await of('dispatches')).filter(({ copy_id }) => copy_id === null),
    events: await of('events'),
  }
}

const files = async (db: Kysely<Schema>) =>
  (await db.selectFrom('bodies').select('id').where('data', 'is', null).execute()).length

test('a message that was taken back is shredded in the backup too, with the answer begun to it', async () => {
  await using desk = await office()
  const id = await desk.receive({ raw: large(), hold: [rita] })
  const kept = await desk.receive({ raw: large(), hold: ['ben@other.test'] })
  const { person, id: copy } = await desk.newest(rita)
  const draft = await desk.messages.createDraft(person, { kind: 'reply', messageId: copy })
  await using snapshot = await caughtUp(desk, () => desk.messages.recall(copy, 'wrong file'))
  expect(await state(snapshot, id)).toEqual(await state(desk.store.db, id))
  expect(await snapshot.selectFrom('drafts').selectAll().where('id', '=', draft.id).execute()).toEqual([])
  expect(await state(snapshot, kept)).toEqual(await state(desk.store.db, kept))
  expect(await files(snapshot)).toBe(1)
})

test('a message that was relayed meanwhile is not relayed by whoever restores', async () => {
  await using desk = await office()
  const id = await desk.receive({ raw: large(), relay: ['far@away.test'] })
  await using snapshot = await caughtUp(desk, async () => {
    await desk.store.write(async (trx) => {
      await trx
        .updateTable('dispatches')
        .set({ state: 'done', attempts: 1, finished_at: desk.clock.at })
        .where('message_id', '=', id)
        .execute()
    })
    await desk.messages.release(id)
  })
  const found = await state(snapshot, id)
  expect(found).toEqual(await state(desk.store.db, id))
  expect(found).toMatchObject({ message: [{ wrapped_key: null }], dispatches: [{ state: 'done' }] })
  expect(await files(snapshot)).toBe(0)
})

test('a draft that was sent meanwhile stays, without the file that is gone', async () => {
  await using desk = await office()
  await desk.receive({ raw: mail({}, 'Hello'), hold: [rita] })
  const { person } = await desk.newest(rita)
  const draft = await desk.messages.createDraft(person, { kind: 'new' })
  const bytes = (async function* () {
    yield randomBytes(600_000)
  })()
  await desk.messages.addFile(person, draft.id, { name: 'a.bin', type: '' }, bytes, 50_000_000)
  await desk.messages.addFile(
    person,
    draft.id,
    { name: 'b.txt', type: '' },
    (async function* () {
      yield Buffer.from('small')
    })(),
    50_000_000,
  )
  await using snapshot = await caughtUp(desk, () => desk.messages.deleteDraft(person, draft.id))
  expect(await snapshot.selectFrom('drafts').select('id').execute()).toEqual([{ id: draft.id }])
  expect(await snapshot.selectFrom('draft_files').select('position').execute()).toEqual([{ position: 1 }])
  expect(await files(snapshot)).toBe(0)
})

test('a body whose file is lost in the gateway itself is named, and nothing is changed', async () => {
  await using desk = await office()
  const id = await desk.receive({ raw: large(), hold: [rita] })
  const [body = { id: '' }] = await desk.store.db.selectFrom('bodies').select('id').execute()
  await rm(bodyPath(storePlaces(desk.directory).bodies, body.id))
  const path = join(desk.directory, 'snapshot.db')
  await using live = viewStore(desk.directory)
  live.snapshot(path)
  await using snapshot = openSnapshot(path)
  expect(await catchUp(snapshot, live.db, [body.id], 0)).toEqual([body.id])
  expect(await state(snapshot, id)).toEqual(await state(desk.store.db, id))
})
