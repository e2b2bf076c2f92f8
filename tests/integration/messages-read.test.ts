/** Reading: the list, the message, its attachments, and what a hostile message can do to them. */
import { describe, expect, test } from 'vitest'
import { createMessages } from '../../gateway/messages/index.ts'
import { bytesOf, mail, office, problem, quiet, sender } from './messages-parts.ts'

const file = Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 7) % 256))
const withFile = mail(
  { 'Content-Type': 'multipart/mixed; boundary=b' },
  [
    '--b',
    'Content-Type: multipart/related; boundary=r',
    '',
    '--r',
    'Content-Type: text/html',
    '',
    '<p>see <img src="cid:logo"></p>',
    '--r',
    'Content-Type: image/png',
    'Content-ID: <logo>',
    'Content-Transfer-Encoding: base64',
    '',
    'iVBORw0KGgo=',
    '--r--',
    '--b',
    'Content-Type: application/pdf; name="report.pdf"',
    'Content-Disposition: attachment; filename="report.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    file.toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
    '--b--',
    '',
  ].join('\r\n'),
)

describe('the first reading', () => {
  test('is recorded once, clears unread, and tells the sender who asked for a receipt', async () => {
    await using desk = await office()
    await desk.receive({
      raw: mail({}, 'hello'),
      hold: ['rita@clinic.test'],
      options: { receipt: true },
      setBy: { receipt: 'sender' },
    })
    const { person, id } = await desk.newest('rita@clinic.test')
    expect(await desk.messages.list(person, {})).toMatchObject({ unread: 1, items: [{ unread: true }] })

    desk.clock.at += 5000
    await Promise.all([desk.messages.open(person, id), desk.messages.open(person, id)])
    expect(await desk.messages.open(person, id)).toMatchObject({
      text: 'hello',
      unread: false,
      receipt: true,
    })
    expect((await desk.events()).filter((type) => type === 'read')).toHaveLength(1)
    const receipts = (await desk.queue()).filter(({ notice }) => notice?.type === 'read-receipt')
    expect(receipts).toMatchObject([
      { from: '', to: [sender.address], notice: { copyId: id, at: desk.clock.at } },
    ])

    await desk.messages.mark(person, id, true)
    expect(await desk.messages.list(person, { unread: 'true' })).toMatchObject({ unread: 1, items: [{ id }] })
    expect(await desk.messages.noticeFacts(id)).toMatchObject({ readAt: desk.clock.at })
  })

  test('tells nobody where nobody asked, and no program ever', async () => {
    await using desk = await office()
    await desk.receive({ raw: mail({}, 'hello'), hold: ['rita@clinic.test'] })
    await desk.receive({
      raw: mail({}, 'x'),
      hold: ['ben@other.test'],
      options: { receipt: true },
      facts: { envelopeFrom: '' },
    })
    for (const address of ['rita@clinic.test', 'ben@other.test']) {
      const { person, id } = await desk.newest(address)
      await desk.messages.open(person, id)
    }
    expect((await desk.queue()).filter(({ notice }) => notice?.type === 'read-receipt')).toEqual([])
  })

  test('the next one parses nothing again', async () => {
    await using desk = await office()
    await desk.receive({ raw: withFile, hold: ['rita@clinic.test'] })
    const { person, id } = await desk.newest('rita@clinic.test')
    const first = await desk.messages.open(person, id)
    // Without a worker a view can only come from where it was kept.
    await desk.messages[Symbol.asyncDispose]()
    expect(await desk.messages.open(person, id)).toEqual({ ...first, unread: false })
  })
})

describe('attachments', () => {
  test('come back byte for byte, whole and in ranges', async () => {
    await using desk = await office()
    await desk.receive({ raw: withFile, hold: ['rita@clinic.test'] })
    const { person, id } = await desk.newest('rita@clinic.test')
    const view = await desk.messages.open(person, id)
    expect(view.attachments).toMatchObject([
      { index: 0, type: 'image/png', inline: true, contentId: 'logo', size: 8 },
      { index: 1, name: 'report.pdf', type: 'application/pdf', inline: false, size: file.length },
    ])
    expect(view.hasAttachments).toBe(true)
    const report = await desk.messages.attachment(person, id, 1)
    expect(await bytesOf(report.read())).toEqual(file)
    for (const [start, end] of [
      [0, 1],
      [0, file.length],
      [57, 58],
      [1000, 50_001],
      [file.length - 1, file.length],
    ] as const) {
      expect(await bytesOf(report.read(start, end))).toEqual(file.subarray(start, end))
    }
    const original = await desk.messages.original(person, id)
    expect(original.size).toBe(withFile.length)
    expect((await bytesOf(original.read(10, 60))).toString()).toBe(withFile.slice(10, 60))
    expect((await desk.messages.attachments(person, id)).map(({ name }) => name)).toEqual(['report.pdf'])
    expect(await problem(desk.messages.attachment(person, id, 2))).toMatchObject({ status: 404 })
  })

  test('that may not be downloaded are not, but the pictures of the text are seen', async () => {
    await using desk = await office()
    await desk.receive({
      raw: withFile,
      hold: ['rita@clinic.test'],
      options: { download: false },
      setBy: { download: 'sender' },
    })
    const { person, id } = await desk.newest('rita@clinic.test')
    expect(await desk.messages.open(person, id)).toMatchObject({ permissions: { download: false } })
    expect(await bytesOf((await desk.messages.attachment(person, id, 0)).read())).toHaveLength(8)
    for (const attempt of [
      desk.messages.attachment(person, id, 1),
      desk.messages.attachments(person, id),
      desk.messages.original(person, id),
    ]) {
      expect(await problem(attempt)).toMatchObject({ code: 'download-forbidden', status: 403 })
    }
  })
})

describe('a hostile message', () => {
  const tooDeep = Array.from(
    { length: 1100 },
    (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
  ).join('')

  test("that can't be taken apart can still be downloaded, even where downloading is not allowed", async () => {
    await using desk = await office()
    const raw = `Subject: deep\r\n${tooDeep}`
    await desk.receive({ raw, hold: ['rita@clinic.test'], options: { download: false } })
    const { person, id } = await desk.newest('rita@clinic.test')
    expect(await desk.messages.open(person, id)).toMatchObject({
      readable: false,
      html: null,
      text: null,
      attachments: [],
    })
    expect((await bytesOf((await desk.messages.original(person, id)).read())).toString()).toBe(raw)
    expect(await desk.messages.list(person, {})).toMatchObject({ unread: 0 })
  })

  test('that is slow to take apart is given up after its time, and others are read meanwhile', async () => {
    await using desk = await office()
    await using hasty = createMessages({
      ...desk,
      delivery: { enqueue: async () => undefined },
      now: () => desk.clock.at,
      log: quiet,
      parserLimits: { deadline: 1, atOnce: 2, heap: 64 },
    })
    await desk.receive({ raw: mail({}, 'line\r\n'.repeat(500_000)), hold: ['rita@clinic.test'] })
    const { person, id } = await desk.newest('rita@clinic.test')
    expect(await hasty.open(person, id)).toMatchObject({ readable: false })
    // Another day, with more time: nothing was remembered of it.
    expect(await desk.messages.open(person, id)).toMatchObject({ readable: true })
  })

  test('with megabytes of nested HTML holds up nobody', async () => {
    await using desk = await office()
    const html = '<div>'.repeat(800_000)
    await desk.receive({ raw: mail({ 'Content-Type': 'text/html' }, html), hold: ['rita@clinic.test'] })
    const { person, id } = await desk.newest('rita@clinic.test')
    let longest = 0
    let last = performance.now()
    const heart = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 5)
    const view = await desk.messages.open(person, id)
    clearInterval(heart)
    expect(view.html).toHaveLength(html.length)
    expect(longest).toBeLessThan(1000)
  })

  test('with a text too long to show offers it as an attachment', async () => {
    await using desk = await office()
    const html = `<p>${'long '.repeat(1_200_000)}</p>`
    await desk.receive({ raw: mail({ 'Content-Type': 'text/html' }, html), hold: ['rita@clinic.test'] })
    const { person, id } = await desk.newest('rita@clinic.test')
    const view = await desk.messages.open(person, id)
    expect(view).toMatchObject({
      html: null,
      attachments: [{ name: 'attachment-1.html', size: html.length }],
    })
    expect((await bytesOf((await desk.messages.attachment(person, id, 0)).read())).toString()).toBe(html)
  })
})
