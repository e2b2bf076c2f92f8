import { randomBytes } from 'node:crypto'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  Draft,
  DraftFile,
  MessageList,
  MessageView,
  SentResponse,
  createClient,
} from '../../shared/contract/index.ts'
import { type BrowserClient, browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { signedIn } from '../fixtures/people.ts'
import { sendMail } from '../fixtures/mail.ts'

const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(300_000)])
const hostileNames = [
  '../../etc/passwd',
  'a"b;c.txt',
  'gpj\u202Egnp.exe',
  'page.html',
  `${'long '.repeat(60)}.pdf`,
]

let gateway: TestGateway
let bob: BrowserClient
let carol: BrowserClient
let id: string

const list = async (client: BrowserClient, query = '') =>
  MessageList.parse((await client.get(`/api/messages${query}`)).json)

beforeAll(async () => {
  gateway = await startTestGateway()
  await sendMail(gateway, {
    subject: '[secure] Contract',
    attachments: [
      { filename: 'picture.png', content: picture, contentType: 'image/png' },
      ...hostileNames.map((filename) => ({
        filename,
        content: `<script>${filename}</script>`,
        contentType: 'text/html',
      })),
    ],
  })
  await sendMail(gateway, { to: 'carol@elsewhere.test', subject: '[secure] Other' })
  bob = await signedIn(gateway, 'bob@elsewhere.test')
  carol = await signedIn(gateway, 'carol@elsewhere.test')
  id = (await list(bob)).items[0]?.id ?? ''
})
afterAll(() => gateway[Symbol.asyncDispose]())

describe('reading', () => {
  test('the message is listed unread, opens, and is then read', async () => {
    const before = await list(bob)
    expect(before.items).toMatchObject([
      {
        id,
        subject: expect.stringContaining('Contract') as string,
        unread: true,
        hasAttachments: true,
        organisation: 'Example',
      },
    ])
    const opened = await bob.post(`/api/messages/${id}/open`)
    expect(opened.status).toBe(200)
    expect(MessageView.parse(opened.json)).toMatchObject({
      text: expect.stringContaining('eyes only') as string,
      readable: true,
    })
    expect((await list(bob)).unread).toBe(0)
    expect((await bob.post(`/api/messages/${id}/mark`, { unread: true })).status).toBe(204)
    expect((await list(bob, '?unread=true')).items).toHaveLength(1)
  })

  test('somebody else is told that there is no such message, whatever they ask of it', async () => {
    for (const [method, path] of [
      ['POST', `/api/messages/${id}/open`],
      ['POST', `/api/messages/${id}/mark`],
      ['GET', `/api/messages/${id}/attachments/0`],
      ['GET', `/api/messages/${id}/attachments.zip`],
      ['GET', `/api/messages/${id}/original.eml`],
      ['GET', `/api/messages/${id}/remote-image?url=https://example.com/a.png`],
    ] as const) {
      const answer = await carol.send(method, path, {
        ...(method === 'POST' && {
          body: '{"unread":true}',
          headers: { 'content-type': 'application/json' },
        }),
      })
      expect(answer.status, path).toBe(404)
      expect(answer.json).toMatchObject({ code: 'message-unknown' })
    }
  })

  test('a doubled or unknown word in the query is refused, not guessed at', async () => {
    expect((await bob.get('/api/messages?limit=1&limit=2')).status).toBe(400)
    expect((await bob.get('/api/messages?sort=password')).status).toBe(400)
    expect((await bob.get('/api/messages?limit=100000')).status).toBe(400)
  })
})

describe('downloading', () => {
  test('an attachment comes as it was sent, to be kept and not shown', async () => {
    const answer = await bob.get(`/api/messages/${id}/attachments/0`)
    expect(answer.status).toBe(200)
    expect(answer.body.equals(picture)).toBe(true)
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=picture.png')
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; sandbox;/)
    expect(answer.headers.get('cache-control')).toContain('no-store')
    expect(answer.headers.get('content-length')).toBe(String(picture.length))
  })

  test.each([
    ['bytes=0-99', 0, 100],
    ['bytes=65500-65600', 65_500, 65_601],
    ['bytes=-10', picture.length - 10, picture.length],
    [`bytes=${picture.length - 1}-`, picture.length - 1, picture.length],
  ])('the part %s comes alone', async (range, start, end) => {
    const answer = await bob.get(`/api/messages/${id}/attachments/0`, { range })
    expect(answer.status).toBe(206)
    expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${picture.length}`)
    expect(answer.body.equals(picture.subarray(start, end))).toBe(true)
  })

  test('a part behind the end is refused and says how long the file is', async () => {
    const answer = await bob.get(`/api/messages/${id}/attachments/0`, { range: `bytes=${picture.length}-` })
    expect(answer.status).toBe(416)
    expect(answer.headers.get('content-range')).toBe(`bytes */${picture.length}`)
    expect(answer.json).toMatchObject({ code: 'range-unsatisfiable' })
  })

  test('HEAD tells the same without the bytes', async () => {
    const answer = await bob.send('HEAD', `/api/messages/${id}/attachments/0`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-length')).toBe(String(picture.length))
    expect(answer.headers.get('accept-ranges')).toBe('bytes')
    expect(answer.body).toHaveLength(0)
  })

  test('a hostile name or type does no harm', async () => {
    for (const [at, name] of hostileNames.entries()) {
      const answer = await bob.get(`/api/messages/${id}/attachments/${at + 1}`)
      expect(answer.status, name).toBe(200)
      expect(answer.headers.get('content-type'), name).toBe('application/octet-stream')
      const disposition = answer.headers.get('content-disposition') ?? ''
      expect(disposition, name).toMatch(/^attachment; filename=/)
      expect(disposition, name).not.toMatch(/[/\\]|%2F|%E2%80%AE|%22/)
      expect(disposition.length, name).toBeLessThan(1000)
    }
  })

  test('all of them come as one archive', async () => {
    const answer = await bob.get(`/api/messages/${id}/attachments.zip`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=attachments.zip')
    const files = unzipSync(answer.body)
    expect(Object.keys(files)).toHaveLength(1 + hostileNames.length)
    expect(Buffer.from(files['picture.png'] ?? '').equals(picture)).toBe(true)
    for (const name of Object.keys(files)) expect(name).not.toMatch(/[/\\]/)
  })

  test('the original comes as mail', async () => {
    const answer = await bob.get(`/api/messages/${id}/original.eml`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('message/rfc822')
    expect(answer.body.toString('latin1')).toContain('From: Alice Example <alice@example.test>')
    const part = await bob.get(`/api/messages/${id}/original.eml`, { range: 'bytes=0-9' })
    expect(part.body.equals(answer.body.subarray(0, 10))).toBe(true)
  })

  test('what is not there is a problem', async () => {
    expect((await bob.get(`/api/messages/${id}/attachments/99`)).status).toBe(404)
    expect((await bob.get(`/api/messages/${id}/attachments/-1`)).status).toBe(400)
    expect((await bob.get(`/api/messages/${id}/attachments/1.5`)).status).toBe(400)
  })

  test('pictures elsewhere are not fetched from our own networks', async () => {
    for (const url of [
      'http://127.0.0.1/',
      `${gateway.httpUrl}/favicon.svg`,
      'http://169.254.169.254/',
      'ftp://a/b',
    ]) {
      const answer = await bob.get(`/api/messages/${id}/remote-image?url=${encodeURIComponent(url)}`)
      expect(answer.status, url).toBe(502)
      expect(answer.json).toMatchObject({ code: 'picture-unavailable' })
    }
  })
})

describe('writing', () => {
  test('a reply with a file goes to the sender, threaded, and stands under Sent', async () => {
    const created = await bob.post('/api/drafts', { kind: 'reply', messageId: id })
    const draft = Draft.parse(created.json)
    const content = randomBytes(2_000_000)
    const uploaded = await bob.send('POST', `/api/drafts/${draft.id}/files?name=answer.bin&type=`, {
      body: content,
      headers: { 'content-type': 'application/octet-stream' },
    })
    expect(DraftFile.parse(uploaded.json)).toMatchObject({ name: 'answer.bin', size: content.length })
    const saved = await bob.send('PUT', `/api/drafts/${draft.id}`, {
      body: JSON.stringify({ to: draft.to, cc: draft.cc, subject: draft.subject, html: '<p>Agreed.</p>' }),
      headers: { 'content-type': 'application/json' },
    })
    expect(saved.status).toBe(200)
    const sent = SentResponse.parse((await bob.post(`/api/drafts/${draft.id}/send`)).json)
    expect(sent).toMatchObject({ held: [], delivered: ['alice@example.test'] })
    await gateway.delivery.idle()

    const outbox = z
      .array(
        z.object({
          id: z.string(),
          from: z.string(),
          to: z.array(z.string()),
          subject: z.string(),
          date: z.number(),
        }),
      )
      .parse((await bob.get('/outbox.json')).json)
    const reply = outbox.find(({ to }) => to.includes('alice@example.test'))
    const mail = (await bob.get(`/outbox/${reply?.id ?? ''}.eml`)).body.toString('latin1')
    expect(mail).toMatch(/^In-Reply-To: </m)
    expect(mail.replaceAll(/\s/g, '')).toContain(content.toString('base64'))
    expect((await list(bob, '?folder=sent')).items).toMatchObject([
      { id: sent.messageId, subject: expect.stringContaining('Contract') as string },
    ])
  })

  test('a draft is its writer’s alone', async () => {
    const draft = Draft.parse((await bob.post('/api/drafts', { kind: 'reply', messageId: id })).json)
    expect((await carol.get(`/api/drafts/${draft.id}`)).status).toBe(404)
    expect((await carol.send('DELETE', `/api/drafts/${draft.id}`)).status).toBe(404)
    expect((await carol.post(`/api/drafts/${draft.id}/send`)).status).toBe(404)
    expect((await carol.post('/api/drafts', { kind: 'reply', messageId: id })).status).toBe(404)
    expect((await bob.send('DELETE', `/api/drafts/${draft.id}`)).status).toBe(204)
    expect((await bob.get(`/api/drafts/${draft.id}`)).status).toBe(404)
  })

  test('a file that is announced too large is refused before it is sent', async () => {
    const draft = Draft.parse((await bob.post('/api/drafts', { kind: 'reply', messageId: id })).json)
    const answer = await bob.send('POST', `/api/drafts/${draft.id}/files?name=big&type=`, {
      body: Buffer.alloc(gateway.config.sizeLimit + 1),
      headers: { 'content-type': 'application/octet-stream' },
    })
    expect(answer.status).toBe(413)
    expect(Draft.parse((await bob.get(`/api/drafts/${draft.id}`)).json).files).toEqual([])
  })

  test('a file in another form is refused', async () => {
    const draft = Draft.parse((await bob.post('/api/drafts', { kind: 'reply', messageId: id })).json)
    const answer = await bob.post(`/api/drafts/${draft.id}/files?name=a&type=`, { a: 1 })
    expect(answer.status).toBe(415)
  })
})

test('robots that fetch everything change nothing', async () => {
  const copyOf = async () =>
    gateway.store.db.selectFrom('copies').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const events = async () => gateway.store.db.selectFrom('events').select('id').execute()
  const token = (await gateway.links.sign({ ...(await found()), expiresAt: null })).split('/m/')[1] ?? ''
  const before = [await copyOf(), await events()]
  const robot = browserClient(gateway.httpUrl, gateway.origin)
  for (let round = 0; round < 25; round++) {
    for (const method of ['GET', 'HEAD']) {
      await robot.send(method, `/m/${token}`)
      await robot.send(method, `/api/links/${token}`)
    }
  }
  // Nor does whoever is signed in, by looking.
  for (const path of ['', `/${id}/attachments/0`, `/${id}/attachments.zip`, `/${id}/original.eml`]) {
    await bob.get(`/api/messages${path}`)
  }
  expect([await copyOf(), await events()]).toEqual(before)
  expect((await robot.get(`/api/links/${token}`)).json).toEqual({
    state: 'genuine',
    address: 'bob@elsewhere.test',
    organisation: 'Example',
    messageId: null,
    otherPerson: false,
  })
  expect((await bob.get(`/api/links/${token}`)).json).toMatchObject({ messageId: id, otherPerson: false })
  expect((await carol.get(`/api/links/${token}`)).json).toMatchObject({ messageId: null, otherPerson: true })
  expect((await robot.get(`/api/links/${token.slice(0, -1)}`)).json).toEqual({ state: 'invalid' })

  async function found() {
    const copy = await gateway.messages.findCopy(id)
    if (!copy) throw new Error('the copy is gone')
    return copy
  }
})

test('every call of the typed client has its route', () => {
  const asked: string[] = []
  const note = async (method: string, path: string) =>
    void asked.push(`${method} ${path.replace(/\?.*/, '')}`)
  const client = createClient({
    json: note,
    bytes: async (path) => {
      await note('GET', path)
      return new Blob()
    },
    upload: (path) => note('POST', path),
  })
  const draft = { to: [], cc: [], subject: '', html: '' }
  void Promise.all([
    client.portal(),
    client.session(),
    client.methods('a'),
    client.signIn({ address: 'a', password: 'b' }),
    client.changePassword('a', 'b'),
    client.checkPassword('a'),
    client.signOut(),
    client.forgot('a'),
    client.checkReset('a'),
    client.reset('a', 'b'),
    client.loginIssues('a', 'b'),
    client.link('a'),
    client.list({}),
    client.open('a'),
    client.mark('a', true),
    client.attachment('a', 1),
    client.remoteImage('a', 'b'),
    client.drafts(),
    client.draft('a'),
    client.createDraft({ kind: 'new' }),
    client.saveDraft('a', draft),
    client.deleteDraft('a'),
    client.addFile('a', new Blob(), 'b', {}),
    client.removeFile('a', 'b'),
    client.send('a'),
  ])
  asked.push(`GET ${client.urls.allAttachments('a')}`, `GET ${client.urls.original('a')}`)
  const patterns = gateway.routes.map(
    ({ method, url }) => new RegExp(`^${method} ${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`),
  )
  expect(asked.filter((call) => !patterns.some((pattern) => pattern.test(call)))).toEqual([])
})
