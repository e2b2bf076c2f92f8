/** `postern doctor --data`: what is damaged is found, told exactly, and repaired where it can be. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { run } from '../../gateway/commands/index.ts'
import { startTestGateway } from '../fixtures/gateway.ts'
import { type Office, day, mail, office } from './messages-parts.ts'

const FoundLine = z.object({
  kind: z.string(),
  detail: z.string(),
  gone: z
    .object({ what: z.string(), id: z.string(), from: z.string(), to: z.array(z.string()), part: z.string() })
    .loose()
    .nullable(),
  repairable: z.boolean(),
  done: z.string().nullable(),
})

const ExecError = z.object({ code: z.literal(1), stdout: z.string() })

/** Runs the command on a data directory, as an operator does. */
async function doctor(directory: string, ...more: string[]) {
  let out = ''
  let err = ''
  const code = await run(['doctor', '--verify', '--json', '--data', directory, ...more], {
    out: (text) => (out += text),
    err: (text) => (err += text),
  })
  return { code, err, found: out === '' ? [] : FoundLine.array().parse(JSON.parse(out)) }
}

const kinds = (found: readonly { kind: string }[]) => found.map(({ kind }) => kind).sort()

/** An office whose data the command can open: the master key lies where it belongs. */
async function clinic(): Promise<Office> {
  const desk = await office()
  await mkdir(join(desk.directory, 'keys'))
  await writeFile(join(desk.directory, 'keys/master.key'), Buffer.alloc(32, 7).toString('hex'), {
    mode: 0o600,
  })
  return desk
}

const large = mail({}, 'figures\r\n'.repeat(60_000))
const held = { raw: mail({}, 'figures'), hold: ['rita@clinic.test'] }
const heldLarge = { raw: large, hold: ['rita@clinic.test', 'ben@other.test'] }

async function bodyFiles(desk: Office): Promise<string[]> {
  const entries = await readdir(join(desk.directory, 'bodies'), { recursive: true, withFileTypes: true })
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []))
}

async function flip(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, at)
  await file.write(Buffer.of((byte[0] ?? 0) ^ 0xff), 0, 1, at)
  await file.close()
}

const hourAgo = () => new Date(Date.now() - 2 * 60 * 60 * 1000)

test('nothing is wrong with what is whole: mail of every kind, drafts, files, what has ended', async () => {
  await using desk = await clinic()
  await desk.receive(held)
  await desk.receive(heldLarge)
  await desk.receive({ raw: large, relay: ['ben@far.test'] })
  const { person, id } = await desk.newest('rita@clinic.test')
  await desk.messages.open(person, id)
  const draft = await desk.messages.createDraft(person, { kind: 'reply', messageId: id })
  const file = (async function* () {
    yield randomBytes(400_000)
  })()
  await desk.messages.addFile(person, draft.id, { name: 'scan.pdf', type: 'application/pdf' }, file)
  const ended = await desk.newest('ben@other.test')
  await desk.messages.recall(ended.id, '')
  expect(await doctor(desk.directory)).toEqual({ code: 0, err: '', found: [] })
  expect(await doctor(desk.directory, '--quick')).toEqual({ code: 0, err: '', found: [] })
})

test('it looks beside a gateway that takes mail', async () => {
  await using gateway = await startTestGateway()
  const { code, found } = await doctor(gateway.dataDir)
  expect({ code, found }).toEqual({ code: 0, found: [] })
})

describe('a body that is', () => {
  const file = async (desk: Office) => (await bodyFiles(desk))[0] ?? ''
  test.for([
    ['gone', async (desk: Office) => rm(await file(desk)), true],
    ['cut short', async (desk: Office) => truncate(await file(desk), 300_000), true],
    ['changed in one byte', async (desk: Office) => flip(await file(desk), 200_000), false],
  ] as const)('%s is told of, with whom it concerns', async ([, damage, quickly]) => {
    await using desk = await clinic()
    await desk.receive(held)
    const messageId = await desk.receive(heldLarge)
    await damage(desk)
    const { code, found } = await doctor(desk.directory)
    expect(code).toBe(1)
    expect(found).toMatchObject([
      {
        kind: 'message-body',
        repairable: true,
        done: null,
        gone: {
          what: 'message',
          id: messageId,
          account: 'example',
          part: 'body',
          from: 'anna@example.test',
          to: ['rita@clinic.test', 'ben@other.test'],
          at: desk.clock.at,
        },
      },
    ])
    expect((await doctor(desk.directory, '--quick')).code).toBe(quickly ? 1 : 0)
    // Looking changes nothing.
    expect((await doctor(desk.directory)).code).toBe(1)
  })

  test('gone is given up by --repair: readers see that it is lost, other mail is untouched', async () => {
    await using desk = await clinic()
    await desk.receive(held)
    const whole = await desk.newest('rita@clinic.test')
    desk.clock.at += 1000
    await desk.receive(heldLarge)
    const { person, id } = await desk.newest('rita@clinic.test')
    await rm((await bodyFiles(desk))[0] ?? '')
    await expect(desk.messages.open(person, id)).rejects.toMatchObject({
      code: 'message-damaged',
      status: 500,
    })

    const { code, found } = await doctor(desk.directory, '--repair')
    expect(code).toBe(0)
    expect(found[0]?.done).toContain('Gave up message')
    expect(await desk.messages.open(person, id)).toMatchObject({ state: 'lost', subject: '', text: null })
    expect(await desk.messages.open(person, whole.id)).toMatchObject({ state: 'held', text: 'figures' })
    expect((await desk.messages.list(person, {})).items.map(({ state }) => state)).toEqual(['lost', 'held'])
    expect(await doctor(desk.directory)).toMatchObject({ code: 0, found: [] })
  })

  test('gone before it was relayed ends as a failure that its sender is told of', async () => {
    await using desk = await clinic()
    const messageId = await desk.receive({ raw: large, relay: ['ben@far.test'] })
    await rm((await bodyFiles(desk))[0] ?? '')
    const { found } = await doctor(desk.directory)
    expect(found).toMatchObject([{ kind: 'message-body', gone: { id: messageId, to: ['ben@far.test'] } }])
    expect((await doctor(desk.directory, '--repair')).code).toBe(0)
    const [dispatch] = await desk.store.db
      .selectFrom('dispatches')
      .select(['state'])
      .where('kind', '=', 'message')
      .execute()
    expect(dispatch?.state).toBe('failed')
    expect((await desk.queue()).at(-1)).toMatchObject({
      notice: { type: 'delivery-failure', failures: [{ address: 'ben@far.test' }] },
      to: ['anna@example.test'],
    })
  })
})

describe('a row that was changed on the disk', () => {
  test('wrapped key: the message is gone', async () => {
    await using desk = await clinic()
    const messageId = await desk.receive(held)
    await desk.store.write(async (trx) => {
      await trx
        .updateTable('messages')
        .set({ wrapped_key: randomBytes(60) })
        .execute()
    })
    expect((await doctor(desk.directory)).found).toMatchObject([
      { kind: 'message-key', gone: { id: messageId, part: 'key' } },
    ])
    // The list shows it all the same, without a subject.
    const { person } = await desk.newest('rita@clinic.test')
    expect((await desk.messages.list(person, {})).items).toMatchObject([{ subject: '', state: 'held' }])
  })

  test('body in the row', async () => {
    await using desk = await clinic()
    await desk.receive(held)
    await desk.store.write(async (trx) => {
      const { id, data } = await trx.selectFrom('bodies').select(['id', 'data']).executeTakeFirstOrThrow()
      if (data) data[100] = (data[100] ?? 0) ^ 1
      await trx.updateTable('bodies').set({ data }).where('id', '=', id).execute()
    })
    expect((await doctor(desk.directory)).found).toMatchObject([{ kind: 'message-body' }])
  })

  test('parsed form: it is made again', async () => {
    await using desk = await clinic()
    await desk.receive(held)
    const { person, id } = await desk.newest('rita@clinic.test')
    await desk.messages.open(person, id)
    const damage = () =>
      desk.store.write(async (trx) => {
        await trx
          .updateTable('messages')
          .set({ view_sealed: randomBytes(200) })
          .execute()
      })
    await damage()
    expect(await desk.messages.open(person, id)).toMatchObject({ text: 'figures' })
    await damage()
    const { code, found } = await doctor(desk.directory, '--repair')
    expect({ code, kinds: kinds(found) }).toEqual({ code: 0, kinds: ['message-view'] })
    expect(await desk.messages.open(person, id)).toMatchObject({ text: 'figures' })
  })

  test('draft: it is left out of the list, and removed by --repair', async () => {
    await using desk = await clinic()
    await desk.receive(held)
    const { person, id } = await desk.newest('rita@clinic.test')
    await desk.messages.createDraft(person, { kind: 'reply', messageId: id })
    await desk.messages.createDraft(person, { kind: 'reply', messageId: id })
    await desk.store.write(async (trx) => {
      const { id: draft } = await trx.selectFrom('drafts').select('id').limit(1).executeTakeFirstOrThrow()
      await trx
        .updateTable('drafts')
        .set({ content_sealed: randomBytes(300) })
        .where('id', '=', draft)
        .execute()
    })
    expect(await desk.messages.drafts(person)).toHaveLength(1)
    const { code, found } = await doctor(desk.directory, '--repair')
    expect({ code, kinds: kinds(found) }).toEqual({ code: 0, kinds: ['draft-draft'] })
    expect(await doctor(desk.directory)).toMatchObject({ code: 0 })
    expect(await desk.messages.drafts(person)).toHaveLength(1)
  })
})

describe('what belongs to nothing', () => {
  test('files are removed once they are an hour old, no sooner', async () => {
    await using desk = await clinic()
    await desk.receive(heldLarge)
    const folder = join(desk.directory, 'bodies')
    await mkdir(join(folder, 'zz'))
    const old = [join(folder, 'tmp', 'left'), join(folder, 'zz', '01m80000000000000000000azz')]
    for (const path of [...old, join(folder, 'tmp', 'young')]) await writeFile(path, 'sealed')
    for (const path of old) await utimes(path, hourAgo(), hourAgo())
    const before = await doctor(desk.directory)
    expect(before).toMatchObject({ code: 1 })
    expect(kinds(before.found)).toEqual(['orphan-file', 'orphan-file'])
    expect((await doctor(desk.directory, '--repair')).code).toBe(0)
    expect((await bodyFiles(desk)).filter((path) => path.includes('young'))).toHaveLength(1)
    expect(await bodyFiles(desk)).toHaveLength(2)
  })

  test('rows are removed: Message-IDs, events, bodies that nothing names', async () => {
    await using desk = await clinic()
    await desk.receive(held)
    await desk.store.write(async (trx) => {
      const account_id = desk.account.id
      const created_at = desk.clock.at - day
      await trx
        .insertInto('threads')
        .values({ account_id, rfc_message_id: '<gone@example.test>', message_id: 'gone', created_at })
        .execute()
      await trx
        .insertInto('events')
        .values({
          account_id,
          at: 1,
          message_id: 'gone',
          copy_id: null,
          person_id: null,
          type: 'read',
          detail_json: '{}',
        })
        .execute()
      await trx
        .insertInto('bodies')
        .values({
          id: '01m80000000000000000000azz',
          account_id,
          size: 3,
          data: Buffer.from('abc'),
          created_at: 1,
        })
        .execute()
    })
    expect(kinds((await doctor(desk.directory)).found)).toEqual([
      'loose-body',
      'loose-events',
      'loose-threads',
    ])
    expect((await doctor(desk.directory, '--repair')).code).toBe(0)
    expect(await doctor(desk.directory)).toMatchObject({ code: 0, found: [] })
    expect((await desk.newest('rita@clinic.test')).id).toBeTruthy()
  })
})

describe('what would make it worse', () => {
  test('with another master key nothing is repaired', async () => {
    await using desk = await clinic()
    await desk.receive(held)
    await writeFile(join(desk.directory, 'keys/master.key'), 'ab'.repeat(32))
    const { code, found } = await doctor(desk.directory, '--repair')
    expect({ code, kinds: kinds(found) }).toEqual({ code: 1, kinds: ['master-key'] })
    await writeFile(join(desk.directory, 'keys/master.key'), Buffer.alloc(32, 7).toString('hex'))
    expect(await doctor(desk.directory)).toMatchObject({ code: 0 })
  })

  test('without a master key nothing is done, and none is made', async () => {
    await using desk = await clinic()
    await rm(join(desk.directory, 'keys/master.key'))
    const { code, err } = await doctor(desk.directory, '--repair')
    expect(code).toBe(1)
    expect(err).toContain('master-key-missing')
    expect(await readdir(join(desk.directory, 'keys'))).toEqual([])
  })

  test('where most bodies are missing none is given up, until it is said again', async () => {
    await using desk = await clinic()
    for (let count = 0; count < 22; count++) await desk.receive(heldLarge)
    await rm(join(desk.directory, 'bodies'), { recursive: true })
    await mkdir(join(desk.directory, 'bodies/tmp'), { recursive: true })
    const asked = await doctor(desk.directory, '--repair')
    expect(asked.code).toBe(1)
    expect(asked.found.at(-1)).toMatchObject({ kind: 'many-lost' })
    expect(asked.found.filter(({ done }) => done !== null)).toEqual([])
    expect((await doctor(desk.directory, '--repair', '--many')).code).toBe(0)
  })
})

test('as an operator types it: in words, and what is gone', async () => {
  await using desk = await clinic()
  const messageId = await desk.receive(heldLarge)
  await rm((await bodyFiles(desk))[0] ?? '')
  const main = join(import.meta.dirname, '../../gateway/main.ts')
  const typed = (...words: string[]) =>
    promisify(execFile)(process.execPath, [main, ...words], {
      env: { ...process.env, POSTERN_DATA: desk.directory },
    }).then(
      ({ stdout }) => stdout,
      (error: unknown) => ExecError.parse(error).stdout,
    )
  const words = await typed('doctor', '--data')
  expect(words).toContain(`Gone: body of message ${messageId}, account example, 2026-11-21 00:00Z`)
  expect(words).toContain('from anna@example.test to rita@clinic.test, ben@other.test')
  expect(words).toContain('postern doctor --data --repair')
  expect(await typed('doctor', '--data', '--repair')).toContain('All 1 repaired.')
  expect(await typed('doctor', '--data')).toBe('Everything that is stored is there and can be opened.\n')
})

test('a damaged database is told of, with what to do', async () => {
  await using desk = await clinic()
  for (let count = 0; count < 30; count++) await desk.receive(held)
  await desk.store.forget()
  const path = join(desk.directory, 'postern.db')
  // The page of a table in the middle, by a program that is none of ours.
  await flipPages(path)
  const { code, found } = await doctor(desk.directory)
  expect(code).toBe(1)
  expect(kinds(found)).toContain('database')
})

async function flipPages(path: string): Promise<void> {
  const file = await open(path, 'r+')
  const { size } = await file.stat()
  for (let page = 12; page < 20; page++) {
    if ((page + 1) * 4096 <= size) await file.write(randomBytes(2000), 0, 2000, page * 4096 + 8)
  }
  await file.close()
}
