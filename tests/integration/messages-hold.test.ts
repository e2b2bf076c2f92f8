/** What becomes of a message that comes in: sealed, held for each recipient, announced, or passed on. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bytesOf, day, mail, office, problem } from './messages-parts.ts'
import { plainEnvelope } from '../fixtures/envelope.ts'

const canary = 'canary-7f3a91-plain'

describe('a message held for two and relayed to one', () => {
  test('is announced to each who reads here, with sign-in details for the new, and carried to the third', async () => {
    await using desk = await office()
    const id = await desk.receive({
      raw: mail({}, 'hello'),
      hold: ['rita@clinic.test', 'ben@other.test'],
      relay: ['carl@plain.test'],
    })
    const queue = await desk.queue()
    expect(queue.map(({ notice, to }) => [notice?.type ?? 'message', ...to])).toEqual([
      ['notification', 'rita@clinic.test'],
      ['sign-in-details', 'rita@clinic.test'],
      ['notification', 'ben@other.test'],
      ['sign-in-details', 'ben@other.test'],
      ['message', 'carl@plain.test'],
    ])
    expect(queue[4]).toMatchObject({ from: 'anna@example.test', messageId: id })
    expect(await desk.events()).toEqual(['accepted', 'accepted', 'accepted'])
    expect((await bytesOf(desk.messages.read(id))).toString()).toBe(mail({}, 'hello'))
  })

  test('a second message brings no second temporary password', async () => {
    await using desk = await office()
    await desk.receive({ raw: mail({}, 'one'), hold: ['rita@clinic.test'] })
    await desk.receive({ raw: mail({}, 'two'), hold: ['rita@clinic.test'] })
    const types = (await desk.queue()).map(({ notice }) => notice?.type)
    expect(types).toEqual(['notification', 'sign-in-details', 'notification'])
  })
})

test('nobody sees who else got a blind copy', async () => {
  await using desk = await office()
  await desk.receive({
    raw: mail({}, 'hello'),
    hold: ['rita@clinic.test', 'hidden@other.test'],
    facts: { to: [{ address: 'Rita@Clinic.test', name: 'Rita R.' }] },
  })
  for (const address of ['rita@clinic.test', 'hidden@other.test']) {
    const { person, id } = await desk.newest(address)
    const view = await desk.messages.open(person, id)
    expect(view).toMatchObject({ to: [{ address: 'Rita@Clinic.test', name: 'Rita R.' }], cc: [], copies: [] })
    const { to, cc } = await desk.messages.createDraft(person, { kind: 'reply-all', messageId: id })
    expect([...to, ...cc].filter((one) => one !== address)).not.toContain('hidden@other.test')
  }
  expect(await desk.person('rita@clinic.test')).toMatchObject({ name: 'Rita R.' })
})

test('each recipient has the options that were decided for them', async () => {
  await using desk = await office()
  await using incoming = desk.messages.begin(desk.account)
  await incoming.write(Buffer.from(mail({}, 'hello')))
  const decision = { outcome: 'hold' as const, definition: 'd' }
  await desk.messages.accept(
    incoming,
    {
      envelopeFrom: 'anna@example.test',
      from: { address: 'anna@example.test', name: '' },
      to: [],
      cc: [],
      subject: 'Results',
      rfcMessageId: '',
      inReplyTo: [],
      references: [],
      hasAttachments: false,
      receivedAt: desk.clock.at,
      ...plainEnvelope,
    },
    [
      {
        ...decision,
        address: 'rita@clinic.test',
        options: { expiryDays: 2 },
        setBy: { expiryDays: 'sender' },
      },
      { ...decision, address: 'ben@other.test', options: { reply: false }, setBy: { reply: 'definition' } },
    ],
  )
  const rita = await desk.newest('rita@clinic.test')
  const ben = await desk.newest('ben@other.test')
  expect(await desk.messages.open(rita.person, rita.id)).toMatchObject({
    expiresAt: desk.clock.at + 2 * day,
    permissions: { reply: true },
    setBy: { expiryDays: 'sender', reply: 'account' },
  })
  expect(await desk.messages.open(ben.person, ben.id)).toMatchObject({
    expiresAt: desk.clock.at + 30 * day,
    permissions: { reply: false },
    setBy: { expiryDays: 'account', reply: 'definition' },
  })
})

test('an answer to a held message is known by its Message-ID, to another account it means nothing', async () => {
  await using desk = await office()
  await desk.receive({ raw: mail({}, 'hello'), hold: ['rita@clinic.test'] })
  await desk.receive({
    raw: mail({}, 'hello'),
    relay: ['carl@plain.test'],
    facts: { rfcMessageId: '<plain@example.test>' },
  })
  const known = (account: string, ...ids: string[]) => desk.messages.isSecureThread(account, ids)
  expect(await known(desk.account.id, '<other@x>', '<m1@example.test>')).toBe(true)
  expect(await known(desk.account.id, '<plain@example.test>')).toBe(false)
  expect(await known('another', '<m1@example.test>')).toBe(false)
  expect(await known(desk.account.id)).toBe(false)
})

test('no word of a message is on disk in clear, small or large, read or unread', async () => {
  await using desk = await office()
  for (const filling of [0, 600_000]) {
    const raw = mail({ Subject: canary }, `${canary}\r\n${'x'.repeat(70)}\r\n`.repeat(1 + filling / 80))
    await desk.receive({ raw, hold: ['rita@clinic.test'], facts: { subject: canary } })
  }
  const { person, id } = await desk.newest('rita@clinic.test')
  expect(await desk.messages.open(person, id)).toMatchObject({ subject: canary })
  const draft = await desk.messages.createDraft(person, { kind: 'reply', messageId: id })
  await desk.messages.saveDraft(person, draft.id, { ...draft, html: `<p>${canary}</p>` })
  await desk.messages.addFile(
    person,
    draft.id,
    { name: `${canary}.txt`, type: 'text/plain' },
    once(`${canary} ${'y'.repeat(400_000)}`),
  )
  await desk.messages.send(person, draft.id)
  expect(await desk.onDisk(canary)).toBe(false)
  expect(await desk.onDisk('rita@clinic.test')).toBe(true)
})

test('a message that is given up on its way leaves nothing behind', async () => {
  await using desk = await office()
  {
    await using incoming = desk.messages.begin(desk.account)
    for (let n = 0; n < 20; n++) await incoming.write(Buffer.alloc(64 * 1024, 'x'))
  }
  const files = await readdir(join(desk.directory, 'bodies'), { recursive: true, withFileTypes: true })
  expect(files.filter((entry) => entry.isFile())).toEqual([])
  expect(await desk.store.db.selectFrom('messages').select('id').execute()).toEqual([])
})

test("what is somebody else's is not there", async () => {
  await using desk = await office()
  await desk.receive({ raw: mail({}, 'hello'), hold: ['rita@clinic.test', 'ben@other.test'] })
  const rita = await desk.newest('rita@clinic.test')
  const ben = await desk.person('ben@other.test')
  const draft = await desk.messages.createDraft(rita.person, { kind: 'reply', messageId: rita.id })
  const attempts = [
    desk.messages.open(ben, rita.id),
    desk.messages.summary(ben, rita.id),
    desk.messages.mark(ben, rita.id, true),
    desk.messages.attachment(ben, rita.id, 0),
    desk.messages.attachments(ben, rita.id),
    desk.messages.original(ben, rita.id),
    desk.messages.createDraft(ben, { kind: 'reply', messageId: rita.id }),
    desk.messages.draft(ben, draft.id),
    desk.messages.saveDraft(ben, draft.id, draft),
    desk.messages.addFile(ben, draft.id, { name: 'x', type: '' }, once('x')),
    desk.messages.removeFile(ben, draft.id, 'x'),
    desk.messages.deleteDraft(ben, draft.id),
    desk.messages.send(ben, draft.id),
  ]
  for (const attempt of attempts) expect(await problem(attempt)).toMatchObject({ status: 404 })
  const { messageId } = await desk.messages.send(rita.person, draft.id)
  expect(await problem(desk.messages.open(ben, messageId))).toMatchObject({ code: 'message-unknown' })
  expect(await desk.messages.open(rita.person, messageId)).toMatchObject({ folder: 'sent' })
})

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}
