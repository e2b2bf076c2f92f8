/** Writing in the portal, and replies mailed to a notification. */
import { describe, expect, test } from 'vitest'
import type { MessageFacts } from '../../gateway/messages/index.ts'
import { parsed } from '../fixtures/parsed-mail.ts'
import { type Office, bytesOf, day, mail, office, problem, sender } from './messages-parts.ts'
import { plainEnvelope } from '../fixtures/envelope.ts'

const original = mail(
  { 'Content-Type': 'text/html', References: '<m0@example.test>' },
  '<html><head><style>p {}</style></head><body><p>the <b>original</b></p><img src="cid:x"></body></html>',
)
const header: Partial<MessageFacts> = {
  to: [
    { address: 'rita@clinic.test', name: 'Rita' },
    { address: 'ben@other.test', name: 'Ben' },
  ],
  cc: [{ address: 'boss@example.test', name: '' }],
}

async function received(settings: Parameters<typeof office>[0] = {}): Promise<Office> {
  const desk = await office(settings)
  await desk.receive({ raw: original, hold: ['rita@clinic.test', 'ben@other.test'], facts: header })
  return desk
}

async function mime(desk: Office, messageId: string) {
  const bytes = await bytesOf(desk.messages.read(messageId.replace('sent-', '')))
  return { bytes, mail: await parsed(bytes) }
}

describe('a reply', () => {
  test("reaches the sender threaded to the original, from the person's own address, and stands in Sent", async () => {
    await using desk = await received()
    const { person, id } = await desk.newest('rita@clinic.test')
    const draft = await desk.messages.createDraft(person, { kind: 'reply', messageId: id })
    expect(draft).toMatchObject({
      to: [sender.address],
      cc: [],
      subject: 'Re: Results',
      recipientsEditable: false,
      messageId: id,
    })
    expect(draft.html).toContain('Anna Example &lt;anna@example.test&gt;')
    expect(draft.html).toContain('<p>the <b>original</b></p>')
    expect(draft.html).not.toMatch(/cid:|<style|<body/)

    // A reply goes to whom it answers, whatever the browser says.
    await desk.messages.saveDraft(person, draft.id, {
      ...draft,
      to: ['eve@evil.test'],
      html: `<p>Thank you, ünser Wort</p>${draft.html}`,
    })
    const file = await desk.messages.addFile(
      person,
      draft.id,
      { name: 'Befund ä.txt', type: 'text/plain' },
      pieces('line\nline\r\n'),
    )
    const sent = await desk.messages.send(person, draft.id)
    expect(sent).toMatchObject({ held: [], delivered: [sender.address] })

    const { bytes, mail: letter } = await mime(desk, sent.messageId)
    expect(letter.from?.value).toMatchObject([{ address: 'rita@clinic.test', name: 'Rita' }])
    expect(letter.to?.value).toMatchObject([sender])
    expect(letter.subject).toBe('Re: Results')
    expect(letter.inReplyTo).toBe('<m1@example.test>')
    expect(letter.references).toEqual(['<m0@example.test>', '<m1@example.test>'])
    expect(letter.messageId).toMatch(/^<[0-9a-z]{26}@portal\.example\.test>$/)
    expect(letter.date).toEqual(new Date(desk.clock.at))
    expect(letter.text).toContain('Thank you, ünser Wort')
    expect(letter.text).toContain('> the original')
    expect(letter.attachments).toMatchObject([{ filename: 'Befund ä.txt', contentType: 'text/plain' }])
    expect(letter.attachments[0]?.content.toString()).toBe('line\nline\r\n')
    expect(file).toMatchObject({ size: 11 })
    // RFC 5321 section 2.3.8: no line may end otherwise.
    expect(bytes.toString('latin1').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)

    expect((await desk.queue()).at(-1)).toMatchObject({
      from: 'rita@clinic.test',
      to: [sender.address],
      notice: null,
    })
    expect(await desk.messages.list(person, { folder: 'sent' })).toMatchObject({
      items: [{ id: sent.messageId, hasAttachments: true }],
    })
    expect(await desk.messages.list(person, {})).toMatchObject({ items: [{ id, replied: true }] })
    expect(await desk.events()).toContain('replied')
    expect(await desk.messages.drafts(person)).toEqual([])
    const answerId = `<${sent.messageId.replace('sent-', '')}@portal.example.test>`
    expect(await desk.messages.isSecureThread(desk.account.id, [answerId])).toBe(true)
  })

  test('is sent once, however often the button is pressed', async () => {
    await using desk = await received()
    const { person, id } = await desk.newest('rita@clinic.test')
    const draft = await desk.messages.createDraft(person, { kind: 'reply', messageId: id })
    const sent = await Promise.allSettled([1, 2, 3].map(() => desk.messages.send(person, draft.id)))
    expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await desk.queue()).filter(({ notice }) => notice === null)).toHaveLength(1)
    expect((await desk.messages.list(person, { folder: 'sent' })).items).toHaveLength(1)
  })

  test('to everybody is held for readers outside and delivered to those inside', async () => {
    await using desk = await received()
    const { person, id } = await desk.newest('rita@clinic.test')
    const draft = await desk.messages.createDraft(person, { kind: 'reply-all', messageId: id })
    expect(draft).toMatchObject({ to: [sender.address, 'ben@other.test'], cc: ['boss@example.test'] })
    desk.clock.at += 1000
    const sent = await desk.messages.send(person, draft.id)
    expect(sent).toMatchObject({ held: ['ben@other.test'], delivered: [sender.address, 'boss@example.test'] })
    const ben = await desk.newest('ben@other.test')
    const view = await desk.messages.open(ben.person, ben.id)
    expect(view).toMatchObject({
      from: { address: 'rita@clinic.test' },
      subject: 'Re: Results',
      folder: 'inbox',
    })
    expect(await desk.messages.open(person, sent.messageId)).toMatchObject({
      copies: [{ address: 'ben@other.test', readAt: desk.clock.at }],
    })
  })

  test('that is not allowed is refused, and what was allowed is narrowed for those who get the quotation', async () => {
    await using desk = await office()
    const by = 'sender' as const
    await desk.receive({
      raw: original,
      hold: ['rita@clinic.test', 'ben@other.test'],
      facts: header,
      options: { reply: false, print: false },
      setBy: { reply: by, print: by },
    })
    const { person, id } = await desk.newest('rita@clinic.test')
    const refused = (kind: 'reply' | 'forward') =>
      problem(desk.messages.createDraft(person, { kind, messageId: id }))
    expect(await refused('reply')).toMatchObject({ code: 'reply-forbidden', status: 403 })
    expect(await refused('forward')).toMatchObject({ code: 'forward-forbidden', status: 403 })
    const draft = await desk.messages.createDraft(person, { kind: 'reply-all', messageId: id })
    desk.clock.at += 1000
    await desk.messages.send(person, draft.id)
    const ben = await desk.newest('ben@other.test')
    expect(await desk.messages.open(ben.person, ben.id)).toMatchObject({
      permissions: { print: false },
      setBy: { print: 'sender' },
    })
  })

  test('begun before the message was taken back is not sent after', async () => {
    await using desk = await received()
    const { person, id } = await desk.newest('rita@clinic.test')
    const draft = await desk.messages.createDraft(person, { kind: 'reply', messageId: id })
    await desk.messages.recall(id, '')
    expect(await problem(desk.messages.send(person, draft.id))).toMatchObject({ status: 404 })
    expect(await problem(desk.messages.createDraft(person, { kind: 'reply', messageId: id }))).toMatchObject({
      status: 410,
    })
  })
})

describe('a forward', () => {
  test('carries the attachments, is held for whoever it goes to, and ends with what it came from', async () => {
    await using desk = await office({
      permissions: { reply: true, replyAll: true, forward: true, print: true, download: true },
    })
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 251))
    const raw = mail(
      { 'Content-Type': 'multipart/mixed; boundary=b' },
      `--b\r\n\r\ntext\r\n--b\r\nContent-Type: image/png; name="x.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64').replaceAll(/.{76}/g, '$&\r\n')}\r\n--b--\r\n`,
    )
    await desk.receive({ raw, hold: ['rita@clinic.test'], options: { expiryDays: 3 } })
    const { person, id } = await desk.newest('rita@clinic.test')
    const draft = await desk.messages.createDraft(person, { kind: 'forward', messageId: id })
    expect(draft).toMatchObject({
      subject: 'Fwd: Results',
      to: [],
      recipientsEditable: true,
      allowed: [],
      files: [{ name: 'x.png', size: content.length }],
    })
    expect(await problem(desk.messages.send(person, draft.id))).toMatchObject({ code: 'recipients-missing' })

    desk.clock.at += day
    await desk.messages.saveDraft(person, draft.id, { ...draft, to: ['Dora@Other.test '] })
    const sent = await desk.messages.send(person, draft.id)
    expect(sent).toMatchObject({ held: ['dora@other.test'], delivered: [] })
    const dora = await desk.newest('dora@other.test')
    expect(await desk.messages.open(dora.person, dora.id)).toMatchObject({
      expiresAt: desk.clock.at + 2 * day,
    })
    expect(await bytesOf((await desk.messages.attachment(dora.person, dora.id, 0)).read())).toEqual(content)
    expect((await mime(desk, sent.messageId)).mail.inReplyTo).toBeUndefined()
    expect(await desk.messages.list(person, {})).toMatchObject({ items: [{ replied: false }] })
  })
})

describe('a new message', () => {
  const text = { cc: [], subject: 'A question', html: '<p>?</p>' }

  test('of a recipient goes only to people of organisations that wrote to them', async () => {
    await using desk = await received()
    await desk.people.createAccount({ code: 'stranger', name: 'Stranger', domains: ['stranger.test'] })
    const { person } = await desk.newest('rita@clinic.test')
    const draft = await desk.messages.createDraft(person, { kind: 'new' })
    expect(draft).toMatchObject({ allowed: ['@example.test'], recipientsEditable: true })
    for (const to of [['carl@plain.test'], ['boss@stranger.test'], ['boss@example.test', 'ben@other.test']]) {
      await desk.messages.saveDraft(person, draft.id, { ...text, to })
      expect(await problem(desk.messages.send(person, draft.id))).toMatchObject({
        code: 'recipient-forbidden',
        status: 403,
      })
    }
    await desk.messages.saveDraft(person, draft.id, { ...text, to: ['not an address'] })
    expect(await problem(desk.messages.send(person, draft.id))).toMatchObject({ code: 'address-malformed' })
    await desk.messages.saveDraft(person, draft.id, { ...text, to: ['Boss@example.test'] })
    expect(await desk.messages.send(person, draft.id)).toMatchObject({ delivered: ['boss@example.test'] })
  })

  test('of a user goes to anybody, held where they are outside', async () => {
    await using desk = await received()
    const user = await desk.store.write(async (trx) => {
      const { person } = await desk.people.ensure(
        trx,
        { address: 'anna@example.test', name: 'Anna Example' },
        desk.clock.at,
      )
      return person
    })
    const draft = await desk.messages.createDraft(user, { kind: 'new' })
    await desk.messages.saveDraft(user, draft.id, { ...text, to: ['new@person.test', 'boss@example.test'] })
    const sent = await desk.messages.send(user, draft.id)
    expect(sent).toMatchObject({ held: ['new@person.test'], delivered: ['boss@example.test'] })
    expect((await desk.queue()).slice(-3).map(({ notice }) => notice?.type)).toEqual([
      'notification',
      'sign-in-details',
      undefined,
    ])
    expect((await mime(desk, sent.messageId)).mail.from?.value).toMatchObject([sender])
  })

  test('is not for whom nobody wrote to', async () => {
    await using desk = await office()
    const { person } = await desk.store.write((trx) =>
      desk.people.ensure(trx, { address: 'eve@evil.test' }, 0),
    )
    expect(await problem(desk.messages.createDraft(person, { kind: 'new' }))).toMatchObject({
      code: 'organisation-missing',
    })
  })

  test('has at most 50 MB of files, and says so before it has taken them', async () => {
    await using desk = await received()
    const { person } = await desk.newest('rita@clinic.test')
    const draft = await desk.messages.createDraft(person, { kind: 'new' })
    const add = (size: number, limit?: number) =>
      desk.messages.addFile(person, draft.id, { name: 'a', type: 'x' }, pieces('x'.repeat(size)), limit)
    await add(600, 1000)
    expect(await problem(add(401, 1000))).toMatchObject({ code: 'files-too-large', status: 413 })
    const file = await add(400, 1000)
    expect(await problem(add(1, 1000))).toMatchObject({ status: 413 })
    await desk.messages.removeFile(person, draft.id, file.id)
    expect((await desk.messages.draft(person, draft.id)).files).toMatchObject([
      { size: 600, type: 'application/octet-stream' },
    ])
    expect(
      await problem(desk.messages.addFile(person, draft.id, { name: 'a', type: '' }, endless())),
    ).toMatchObject({ status: 413 })
    await desk.messages.deleteDraft(person, draft.id)
    expect(await desk.store.db.selectFrom('draft_files').select('id').execute()).toEqual([])
  })
})

describe('a reply that was mailed to a notification', () => {
  const facts = (desk: Office): MessageFacts => ({
    ...plainEnvelope,
    envelopeFrom: 'rita@clinic.test',
    from: { address: 'Rita@Clinic.test', name: 'R' },
    to: [],
    cc: [],
    subject: 'Re: Anna Example sent you a secure message',
    rfcMessageId: '<x@clinic.test>',
    inReplyTo: ['<notice@portal.example.test>'],
    references: [],
    hasAttachments: false,
    receivedAt: desk.clock.at,
  })

  test.each([
    ['small', ''],
    ['large', 'z'.repeat(76).concat('\r\n').repeat(6000)],
  ])('reaches the sender in the thread of the original, %s', async (_, filling) => {
    await using desk = await received()
    const { person, id } = await desk.newest('rita@clinic.test')
    await using incoming = desk.messages.begin(desk.account)
    const body = `--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nMy answer, schön\r\n${filling}--b--\r\n`
    await incoming.write(
      Buffer.from(
        `From: R <rita@private.test>\r\nTo: r+x@portal.test\r\nSubject: Re: secure\r\nX-Secret-Route: yes\r\nContent-Type: multipart/mixed;\r\n boundary=b\r\nIn-Reply-To: <notice@portal.example.test>\r\n\r\n${body}`,
      ),
    )
    const answer = await desk.messages.acceptMailedReply(id, incoming, facts(desk))
    const { bytes, mail: letter } = await mime(desk, answer.id)
    expect(letter.from?.value).toMatchObject([{ address: 'rita@clinic.test' }])
    expect(letter.to?.value).toMatchObject([sender])
    expect(letter.subject).toBe('Re: Results')
    expect(letter.inReplyTo).toBe('<m1@example.test>')
    expect(letter.references).toEqual(['<m0@example.test>', '<m1@example.test>'])
    expect(letter.text).toContain('My answer, schön')
    expect(bytes.toString()).toMatch(/\r\n\r\n--b\r\n/)
    expect(bytes.toString()).not.toMatch(/private\.test|notice@portal|X-Secret-Route/)
    expect(bytes.subarray(-Buffer.byteLength(body)).toString()).toBe(body)

    expect((await desk.queue()).at(-1)).toMatchObject({
      notice: null,
      to: [sender.address],
      from: 'rita@clinic.test',
    })
    expect(await desk.messages.list(person, { folder: 'sent' })).toMatchObject({
      items: [{ subject: 'Re: Results' }],
    })
    expect(await desk.messages.list(person, {})).toMatchObject({ items: [{ replied: true }] })
    const event = await desk.store.db
      .selectFrom('events')
      .selectAll()
      .where('type', '=', 'replied')
      .executeTakeFirstOrThrow()
    expect(JSON.parse(event.detail_json)).toMatchObject({ way: 'mail' })
    // The reply as it was mailed is gone: there is the original and the answer.
    await incoming[Symbol.asyncDispose]()
    expect(await desk.store.db.selectFrom('bodies').select('id').execute()).toHaveLength(2)
  })

  test('is refused from somebody the notification was forwarded to', async () => {
    await using desk = await received()
    const { id } = await desk.newest('rita@clinic.test')
    await using incoming = desk.messages.begin(desk.account)
    await incoming.write(Buffer.from('Subject: x\r\n\r\nbody'))
    const other = { ...facts(desk), from: { address: 'mallory@clinic.test', name: 'Rita' } }
    expect(await problem(desk.messages.acceptMailedReply(id, incoming, other))).toMatchObject({
      code: 'reply-from-another',
    })
  })

  test('is refused where a reply is', async () => {
    await using desk = await office()
    await desk.receive({ raw: original, hold: ['rita@clinic.test'], options: { reply: false } })
    const { id } = await desk.newest('rita@clinic.test')
    await using incoming = desk.messages.begin(desk.account)
    await incoming.write(Buffer.from('Subject: x\r\n\r\nbody'))
    expect(await problem(desk.messages.acceptMailedReply(id, incoming, facts(desk)))).toMatchObject({
      code: 'reply-forbidden',
    })
    await desk.messages.recall(id, '')
    expect(await problem(desk.messages.acceptMailedReply(id, incoming, facts(desk)))).toMatchObject({
      code: 'message-ended',
    })
  })
})

async function* pieces(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) yield Buffer.alloc(1024 * 1024)
}
