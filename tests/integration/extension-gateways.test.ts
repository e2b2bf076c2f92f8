/** The background of the extension against real gateways over HTTP. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Found, Verdict } from '../../extension/protocol.ts'
import { fingerprint } from '../../shared/link/index.ts'
import { mailPage, pair, startTestExtension, type TestExtension } from '../fixtures/extension.ts'
import { base } from '../fixtures/extension-browser.ts'
import { type TestGateway, startTestGateway, testClock } from '../fixtures/gateway.ts'
import { linkIn, newestMail, sendMail } from '../fixtures/mail.ts'
import { goodPassword, signedIn } from '../fixtures/people.ts'

const bob = 'bob@elsewhere.test'
const attachment = randomBytes(900_000)
let gateway: TestGateway
let link: Found
let gone = false

beforeAll(async () => {
  gateway = await startTestGateway()
  await sendMail(gateway, { to: bob, attachments: [{ filename: 'a.bin', content: attachment }] })
  link = await newestLink()
  await signedIn(gateway, bob)
})
afterAll(() => gateway[Symbol.asyncDispose]())

async function newestLink(from = gateway): Promise<Found> {
  return { kind: 'link', value: linkIn(await newestMail(from, bob, /secure/i)) }
}

async function judged(extension: TestExtension, found: Found): Promise<Verdict['state'] | undefined> {
  const [verdict] = await extension.page({ ask: 'judge', found: [found] })
  return verdict?.state
}

const get = (path: string) => ({ call: 'json', method: 'GET', path })
const post = (path: string, body: unknown = {}) => ({ call: 'json', method: 'POST', path, body })

/** Bob, signed in at the portal in a frame of his mail. */
async function bobReads(extension = startTestExtension()) {
  await pair(extension, gateway.origin)
  const opened = await extension.opened(link)
  await opened.call(post('/api/sign-in', { address: bob, password: goodPassword }))
  return { extension, ...opened }
}

const problemOf = async (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => (error as { problem?: { code: string; status: number } }).problem,
  )

describe('trusting a gateway', () => {
  test('nothing is genuine, and nobody is asked, before the person trusts it; then it is', async () => {
    const extension = startTestExtension()
    expect(await judged(extension, link)).toBe('unknown')
    expect(extension.asked).toEqual([])
    const offer = await extension.own({ ask: 'look-up-gateway', address: gateway.origin })
    expect(offer).toMatchObject({
      gateway: gateway.origin,
      trusted: false,
      fingerprint: await fingerprint((await gateway.keys.describe()).rootKey),
    })
    const trusted = await extension.own({ ask: 'trust-gateway', ...offer })
    expect(trusted).toMatchObject([{ gateway: gateway.origin, by: 'person', signedInAs: null }])
    expect(await judged(extension, link)).toBe('genuine')
    await extension.own({ ask: 'forget-gateway', gateway: gateway.origin })
    expect(await judged(extension, link)).toBe('unknown')
  })

  test('another fingerprint than the one that was compared is not trusted', async () => {
    const extension = startTestExtension()
    const trusting = extension.own({
      ask: 'trust-gateway',
      gateway: gateway.origin,
      fingerprint: await fingerprint('A'.repeat(43)),
    })
    await expect(trusting).rejects.toThrow('fingerprint-changed')
    expect(await extension.own({ ask: 'gateways' })).toEqual([])
  })

  test('policy pins one before anybody has asked it anything, and nobody can forget it', async () => {
    const extension = startTestExtension()
    const { rootKey } = await gateway.keys.describe()
    extension.setPolicy({ gateways: [{ address: gateway.origin, rootKey, name: 'Ours' }] })
    expect(await judged(extension, link)).toBe('genuine')
    expect(await extension.own({ ask: 'gateways' })).toMatchObject([{ by: 'policy', name: 'Ours' }])
    const forgetting = extension.own({ ask: 'forget-gateway', gateway: gateway.origin })
    await expect(forgetting).rejects.toThrow('by-policy')
    extension.setPolicy({ gateways: [{ address: gateway.origin, rootKey: 'A'.repeat(43) }] })
    // Its keys can't be had by that root key: not verified, and no false alarm.
    expect(await judged(extension, link)).toBe('unknown')
  })

  test('where policy allows no pairing, what a person trusted before counts no more', async () => {
    const extension = startTestExtension()
    await pair(extension, gateway.origin)
    extension.setPolicy({ allowPairing: false })
    expect(await judged(extension, link)).toBe('unknown')
    await expect(pair(extension, gateway.origin)).rejects.toThrow('by-policy')
  })
})

describe('the gateway changes its keys', () => {
  let changing: TestGateway
  const newLink = async () => {
    await sendMail(changing, { to: bob })
    return newestLink(changing)
  }
  const root = async () => fingerprint((await changing.keys.describe()).rootKey)
  beforeAll(async () => {
    changing = await startTestGateway()
  })
  afterAll(() => changing[Symbol.asyncDispose]())

  test('old links and new ones are genuine, through new link keys and a new root key', async () => {
    const clock = testClock(Date.now())
    const extension = startTestExtension({ now: clock.now })
    await pair(extension, changing.origin)
    const before = await newLink()
    await changing.keys.links.rotate(0)
    const after = await newLink()
    expect(await judged(extension, after)).toBe('genuine')
    expect(await judged(extension, before)).toBe('genuine')

    const first = await root()
    await changing.keys.roots.rotate()
    await changing.keys.links.rotate(0)
    clock.pass(60_000)
    expect(await judged(extension, await newLink())).toBe('genuine')
    expect(await root()).not.toBe(first)
    expect(await extension.own({ ask: 'gateways' })).toMatchObject([
      { fingerprint: await root(), trouble: null },
    ])
  })

  test('a link of a key that was revoked is genuine no more; an old description brings it not back', async () => {
    const clock = testClock(Date.now())
    const replay: { text?: string } = {}
    const extension = startTestExtension({
      now: clock.now,
      fetch: async (url, init) => (replay.text === undefined ? fetch(url, init) : new Response(replay.text)),
    })
    await pair(extension, changing.origin)
    const old = JSON.stringify(await changing.keys.describe())
    const revoked = await newLink()
    const [signing] = await changing.keys.links.list()
    await changing.keys.links.revoke(signing?.kid ?? '')
    expect(await judged(extension, revoked)).toBe('genuine')
    expect(await judged(extension, await newLink())).toBe('genuine')
    expect(await judged(extension, revoked)).toBe('look-alike')
    replay.text = old
    clock.pass(60_000)
    expect(await judged(extension, revoked)).toBe('look-alike')
    expect(await extension.own({ ask: 'gateways' })).toMatchObject([{ trouble: 'refused' }])
  })
})

test('a gateway that is not there: said so everywhere, nothing lost, and it goes on when it is back', async () => {
  const { extension, call } = await bobReads(
    startTestExtension({
      fetch: (url, init) => (gone ? Promise.reject(new TypeError('Failed to fetch')) : fetch(url, init)),
    }),
  )
  gone = true
  expect(await problemOf(call(get('/api/messages')))).toMatchObject({ code: 'offline', status: 0 })
  expect(await judged(extension, link)).toBe('genuine')
  expect((await extension.own({ ask: 'waiting', search: '' })).missing).toMatchObject([{ why: 'no-answer' }])
  await expect(extension.own({ ask: 'look-up-gateway', address: gateway.origin })).rejects.toThrow(
    'no-answer',
  )
  gone = false
  expect(await call(get('/api/session'))).toMatchObject({ state: 'signed-in' })
})

describe('reading and writing', () => {
  test('a person signs in inside the mail page, and no page ever gets the token', async () => {
    const { extension, port, first, call } = await bobReads()
    expect(first).toMatchObject({
      admitted: { show: 'portal', gateway: gateway.origin, place: 'frame', purpose: 'read' },
    })
    expect(await call(get('/api/session'))).toMatchObject({ state: 'signed-in' })
    expect(await extension.own({ ask: 'gateways' })).toMatchObject([{ signedInAs: bob }])
    const [token] = Object.values(extension.stored.session['sessions'] as Record<string, { token: string }>)
    expect(token?.token).toMatch(/^[\w-]{16,}$/)
    expect(JSON.stringify(port.heard)).not.toContain(token?.token)
    expect(JSON.stringify(extension.stored.local)).not.toContain(token?.token)
  })

  test('an attachment comes in pieces, whole', async () => {
    const { port, call } = await bobReads()
    const { items } = (await call(get('/api/messages'))) as { items: { id: string }[] }
    port.post({ id: 99, call: 'bytes', path: `/api/messages/${items[0]?.id ?? ''}/attachments/0` })
    const pieces: Buffer[] = []
    for (let last = false; !last;) {
      const piece = await port.next((one) => one['id'] === 99)
      expect(String(piece['base64']).length).toBeLessThanOrEqual(512 * 1024)
      pieces.push(Buffer.from(String(piece['base64']), 'base64'))
      last = piece['last'] === true
    }
    expect(pieces.length).toBeGreaterThan(2)
    expect(Buffer.concat(pieces).equals(attachment)).toBe(true)
  })

  test('what is no path of the gateway, or not allowed, is refused before anything is sent', async () => {
    const { extension, call } = await bobReads()
    const before = extension.asked.length
    for (const path of [
      'https://evil.example/api/x',
      '//evil.example/api/x',
      '/outbox.json',
      '/api/../outbox.json',
      '/api/%2e%2e/outbox.json',
      '/api\\..\\outbox.json',
      '/api/messages#x',
    ]) {
      expect(await problemOf(call(get(path))), path).toMatchObject({ code: 'not-allowed' })
    }
    expect(extension.asked).toHaveLength(before)
  })

  test('a session that has ended at the gateway is forgotten here as well', async () => {
    const { extension, call } = await bobReads()
    const { call: other } = await bobReads()
    await other(post('/api/sign-out', { everywhere: true }))
    expect(await problemOf(call(get('/api/messages')))).toMatchObject({ code: 'signed-out', status: 401 })
    expect(await extension.own({ ask: 'gateways' })).toMatchObject([{ signedInAs: null }])
  })

  test('a gateway that is forgotten is called no more, however long a page stays open', async () => {
    const { extension, call } = await bobReads()
    await extension.own({ ask: 'forget-gateway', gateway: gateway.origin })
    expect(await problemOf(call(get('/api/messages')))).toMatchObject({ code: 'not-trusted' })
    expect(extension.stored.session['sessions']).toEqual({})
  })

  test('signing out everywhere ends the sign-ins on other devices too', async () => {
    const { extension } = await bobReads()
    const { call: elsewhere } = await bobReads()
    await extension.own({ ask: 'sign-out-everywhere' })
    expect(await problemOf(elsewhere(get('/api/messages')))).toMatchObject({ code: 'signed-out' })
    expect(extension.stored.session['sessions']).toEqual({})
  })
})

describe('a file on its way', () => {
  const file = randomBytes(20 * 1024 * 1024)

  async function draft() {
    const bobs = await bobReads()
    const { id } = (await bobs.call(post('/api/drafts', { kind: 'new' }))) as { id: string }
    bobs.port.post({
      id: 77,
      call: 'upload',
      path: `/api/drafts/${id}/files?name=a%20b.bin&type=`,
      type: '',
      size: file.length,
    })
    return { ...bobs, draft: id, next: () => bobs.port.next((one) => one['id'] === 77) }
  }

  test('arrives whole, and what is shown as sent has arrived', async () => {
    const { port, call, draft: id, next } = await draft()
    const progress: number[] = []
    for (let asked = await next(); asked['next'] === true; asked = await next()) {
      const sent = Number(asked['sent'])
      progress.push(sent)
      const piece = file.subarray(sent, sent + 700_000)
      port.post({
        id: 77,
        call: 'piece',
        base64: piece.toString('base64'),
        last: sent + piece.length === file.length,
      })
    }
    expect(progress).toEqual(Array.from({ length: 30 }, (_, index) => index * 700_000))
    const { files } = (await call(get(`/api/drafts/${id}`))) as { files: object[] }
    expect(files).toMatchObject([{ name: 'a b.bin', size: file.length }])
  })

  test.each(['the person cancels', 'the page goes away'])('leaves nothing behind where %s', async (how) => {
    const { extension, port, next } = await draft()
    await next()
    port.post({ id: 77, call: 'piece', base64: file.subarray(0, 1000).toString('base64'), last: false })
    await next()
    if (how === 'the person cancels') {
      port.post({ id: 77, call: 'abort' })
      expect(await next()).toMatchObject({ problem: { code: 'aborted' } })
    } else port.disconnect()
    await expect.poll(() => extension.asked.filter((url) => /\/uploads\/[^?]+$/.test(url)).length).toBe(1)
  })
})

describe('the toolbar', () => {
  test('counts what is unread, lists what waits, and says where nobody is signed in', async () => {
    const extension = startTestExtension()
    await pair(extension, gateway.origin)
    expect(await extension.own({ ask: 'waiting', search: '' })).toEqual({
      messages: [],
      missing: [{ gateway: gateway.origin, why: 'signed-out' }],
    })
    await bobReads(extension)
    await expect
      .poll(() => extension.badge)
      .toEqual({ text: '1', title: 'Postern: 1 unread', icon: '/icon/16.png' })
    const { messages } = await extension.own({ ask: 'waiting', search: 'contract' })
    expect(messages).toMatchObject([{ gateway: gateway.origin, from: 'Alice Example', unread: true }])
    expect((await extension.own({ ask: 'waiting', search: 'nothing like it' })).messages).toEqual([])
    await extension.own({ ask: 'open-portal', gateway: gateway.origin, messageId: messages[0]?.id ?? '' })
    const [window] = extension.tabs
    const nonce = window?.url.split('#')[1] ?? ''
    const port = extension.frame({ nonce }, { tab: window?.tab ?? 0, frame: 0 })
    expect(await port.next()).toMatchObject({
      admitted: { place: 'window', path: `/portal/inbox/${messages[0]?.id ?? ''}` },
    })
  })
})

describe('the browser puts the background to sleep', () => {
  test('an open page comes back with what it was given, still signed in; nobody else can use that', async () => {
    const { extension, first, port } = await bobReads()
    const resume = String(first['resume'])
    extension.restart()
    expect(port.closed).toBe(true)
    for (const place of [
      { tab: 8, frame: 3, document: 'D1' },
      { tab: 7, frame: 4, document: 'D1' },
      { tab: 7, frame: 3, document: 'D2' },
      { tab: 7, frame: 0, document: 'D1' },
    ]) {
      expect(await extension.frame({ resume }, place).next()).toEqual({ refused: true })
    }
    const back = extension.frame({ resume })
    expect(await back.next()).toMatchObject({ resume, admitted: { gateway: gateway.origin } })
    back.post({ id: 1, ...get('/api/session') })
    expect(await back.next((one) => one['id'] === 1)).toMatchObject({ value: { state: 'signed-in' } })
    extension.closeTab(7)
    await expect.poll(() => extension.frame({ resume }).next()).toEqual({ refused: true })
  })

  test('trust is still there, and a link seen before is still known for a reply', async () => {
    const { extension } = await bobReads()
    extension.restart()
    expect(await judged(extension, link)).toBe('genuine')
    const mail = await newestMail(gateway, bob, /secure/i)
    const address = /r\+[0-9a-f.]+@[\w.-]+/.exec(mail.raw.toString())?.[0] ?? ''
    expect(await extension.page({ ask: 'replying-to', addresses: ['x@y.example', address] })).toMatchObject({
      address,
    })
    const ticket = await extension.page({ ask: 'open-reply', address, where: 'frame' })
    expect(ticket).toMatchObject({ origin: base.slice(0, -1) })
    const port = extension.frame({ nonce: 'nonce' in ticket ? ticket.nonce : '' })
    expect(await port.next()).toMatchObject({
      admitted: { purpose: 'reply', path: new URL(link.value).pathname },
    })
  })
})

test('a page of the web that is no webmail gets the words and nothing runs there', async () => {
  const extension = startTestExtension()
  expect(await extension.page({ ask: 'begin' }, mailPage)).toMatchObject({
    on: true,
    words: { language: 'en' },
  })
  expect(await extension.page({ ask: 'begin' }, 'https://news.example/')).toMatchObject({ on: false })
})
