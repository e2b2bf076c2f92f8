/** How messages end: taken back, expired, delivered. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Office, bytesOf, day, mail, office, problem } from './messages-parts.ts'

const secret = 'the secret of the text'
/** Too large for a row, so there is a file. */
const large = mail({}, `${secret}\r\n`.repeat(20_000))

/** Whether what is stored of a message could still be opened by somebody with every key. */
async function leftovers(desk: Office, messageId: string) {
  const row = await desk.store.db
    .selectFrom('messages')
    .selectAll()
    .where('id', '=', messageId)
    .executeTakeFirstOrThrow()
  const files = await readdir(join(desk.directory, 'bodies'), { recursive: true, withFileTypes: true })
  return {
    key: row.wrapped_key,
    subject: row.subject_sealed.length,
    view: row.view_sealed,
    bodies: (await desk.store.db.selectFrom('bodies').select('id').execute()).length,
    files: files.filter((entry) => entry.isFile()).length,
  }
}
const nothing = { key: null, subject: 0, view: null, bodies: 0, files: 0 }

describe('taking back', () => {
  test('ends one copy alone and tells its reader, with the reason', async () => {
    await using desk = await office()
    await desk.receive({ raw: large, hold: ['rita@clinic.test', 'ben@other.test'] })
    const rita = await desk.newest('rita@clinic.test')
    const ben = await desk.newest('ben@other.test')
    await desk.messages.open(rita.person, rita.id)
    await desk.messages.recall(rita.id, 'sent to the wrong Rita')

    expect(await desk.messages.open(rita.person, rita.id)).toMatchObject({
      state: 'recalled',
      subject: '',
      html: null,
      text: null,
      attachments: [],
      recallReason: 'sent to the wrong Rita',
    })
    expect(await desk.messages.list(rita.person, {})).toMatchObject({
      unread: 0,
      items: [{ state: 'recalled', subject: '' }],
    })
    expect(await problem(desk.messages.original(rita.person, rita.id))).toMatchObject({ status: 410 })
    expect((await desk.messages.open(ben.person, ben.id)).text).toContain(secret)
    expect((await desk.queue()).at(-1)).toMatchObject({
      notice: { type: 'recalled', copyId: rita.id },
      to: ['rita@clinic.test'],
    })
    expect(await problem(desk.messages.recall(rita.id, 'again'))).toMatchObject({ status: 409 })
    expect(await problem(desk.messages.recall('0'.repeat(32), ''))).toMatchObject({ status: 404 })
  })

  test('the last copy leaves nothing that any key could open', async () => {
    await using desk = await office()
    const messageId = await desk.receive({ raw: large, hold: ['rita@clinic.test'] })
    const { person, id } = await desk.newest('rita@clinic.test')
    await desk.messages.open(person, id)
    expect(await leftovers(desk, messageId)).toMatchObject({ bodies: 1, files: 1 })
    await desk.messages.recall(id, '')
    expect(await leftovers(desk, messageId)).toEqual(nothing)
    expect(await desk.events()).toEqual(['accepted', 'read', 'recalled', 'shredded'])
    await expect(bytesOf(desk.messages.read(messageId))).rejects.toMatchObject({ code: 'message-ended' })
  })

  test('ends the answer that was begun to it, which quotes it', async () => {
    await using desk = await office()
    const messageId = await desk.receive({ raw: large, hold: ['rita@clinic.test'] })
    const { person, id } = await desk.newest('rita@clinic.test')
    const draft = await desk.messages.createDraft(person, { kind: 'reply', messageId: id })
    await desk.messages.addFile(person, draft.id, { name: 'x', type: '' }, bytes(Buffer.alloc(400_000)))
    await desk.messages.recall(id, '')
    expect(await desk.messages.drafts(person)).toEqual([])
    expect(await problem(desk.messages.send(person, draft.id))).toMatchObject({ code: 'draft-unknown' })
    expect(await leftovers(desk, messageId)).toEqual(nothing)
  })
})

describe('expiry', () => {
  test('ends each copy at its time and shreds the message with the last', async () => {
    await using desk = await office()
    const messageId = await desk.receive({
      raw: large,
      hold: ['rita@clinic.test'],
      options: { expiryDays: 2 },
    })
    const { person, id } = await desk.newest('rita@clinic.test')
    desk.clock.at += 2 * day - 1
    expect(await desk.messages.expireDue()).toBe(0)
    desk.clock.at += 1
    expect(await desk.messages.expireDue()).toBe(1)
    expect(await desk.messages.open(person, id)).toMatchObject({
      state: 'expired',
      subject: '',
      text: null,
      readable: true,
    })
    expect(await desk.messages.findCopy(id)).toMatchObject({ state: 'expired' })
    expect(await leftovers(desk, messageId)).toEqual(nothing)
  })

  test('takes many in small steps', async () => {
    await using desk = await office()
    for (let n = 0; n < 120; n++) await desk.receive({ raw: mail({}, 'x'), hold: ['rita@clinic.test'] })
    desk.clock.at += 31 * day
    expect(await desk.messages.expireDue()).toBe(120)
    const keys = await desk.store.db
      .selectFrom('messages')
      .select('id')
      .where('wrapped_key', 'is not', null)
      .execute()
    expect(keys).toEqual([])
  })

  test('waits for a delivery that still needs the message', async () => {
    await using desk = await office()
    const messageId = await desk.receive({
      raw: large,
      hold: ['rita@clinic.test'],
      relay: ['carl@plain.test'],
      options: { expiryDays: 1 },
    })
    desk.clock.at += day
    expect(await desk.messages.expireDue()).toBe(1)
    expect(await bytesOf(desk.messages.read(messageId))).toHaveLength(large.length)
    await delivered(desk)
    await desk.messages.release(messageId)
    expect(await leftovers(desk, messageId)).toEqual(nothing)
  })

  test('ends what its author has in Sent', async () => {
    await using desk = await office()
    await desk.receive({ raw: mail({}, 'hello'), hold: ['rita@clinic.test'] })
    const { person, id } = await desk.newest('rita@clinic.test')
    const draft = await desk.messages.createDraft(person, { kind: 'reply', messageId: id })
    const { messageId } = await desk.messages.send(person, draft.id)
    await delivered(desk)
    await desk.messages.release(messageId.replace('sent-', ''))
    expect(await desk.messages.open(person, messageId)).toMatchObject({
      state: 'held',
      subject: 'Re: Results',
    })
    desk.clock.at += 31 * day
    await desk.messages.expireDue()
    expect(await desk.messages.open(person, messageId)).toMatchObject({
      state: 'expired',
      subject: '',
      html: null,
    })
  })
})

describe('a relayed message', () => {
  test('is shredded when all of it is delivered, and not before', async () => {
    await using desk = await office()
    const messageId = await desk.receive({ raw: large, relay: ['carl@plain.test', 'dora@other.test'] })
    await desk.messages.release(messageId)
    expect(await leftovers(desk, messageId)).toMatchObject({ bodies: 1, files: 1 })
    await delivered(desk)
    await desk.messages.release(messageId)
    expect(await leftovers(desk, messageId)).toEqual(nothing)
    expect(await desk.messages.outgoing(messageId)).toBeUndefined()
  })

  test('is found by the sweep where a crash kept anybody from being told', async () => {
    await using desk = await office()
    const messageId = await desk.receive({ raw: large, relay: ['carl@plain.test'] })
    const held = await desk.receive({ raw: large, hold: ['rita@clinic.test'] })
    await delivered(desk)
    expect(await desk.messages.sweep()).toBe(0)
    desk.clock.at += day
    expect(await desk.messages.sweep()).toBe(1)
    expect(await leftovers(desk, messageId)).toMatchObject({ key: null, bodies: 1, files: 1 })
    expect(await bytesOf(desk.messages.read(held))).toHaveLength(large.length)
  })
})

async function delivered(desk: Office): Promise<void> {
  await desk.store.write((trx) => trx.updateTable('dispatches').set({ state: 'done' }).execute())
}

async function* bytes(content: Buffer): AsyncGenerator<Buffer> {
  yield content
}
