/** Who may ask the background what. */
import { beforeEach, describe, expect, test } from 'vitest'
import { askerOf } from '../../extension/gateways/senders.ts'
import type { Sender } from '../../extension/gateways/surroundings.ts'
import { portalPort } from '../../extension/protocol.ts'
import { base, extensionId, onPage, ownPage } from '../fixtures/extension-browser.ts'
import { mailPage, startTestExtension, type TestExtension } from '../fixtures/extension.ts'

const self = { id: extensionId, base }
let extension: TestExtension
beforeEach(() => {
  extension = startTestExtension()
})

const notAllowed = { ok: false, problem: { code: 'not-allowed' } }
const malformed = { ok: false, problem: { code: 'malformed' } }

describe('who it is', () => {
  test('the popup, the options and the portal, by their exact address', () => {
    for (const page of ['popup', 'options', 'portal']) {
      expect(askerOf(ownPage(`${page}.html#x`), self)).toMatchObject({ kind: 'own', page })
    }
  })

  test.each<[string, Sender]>([
    ['another extension', { ...ownPage('popup.html'), id: 'ponmlkjihgfedcbaponmlkjihgfedcba' }],
    ['nobody', { url: `${base}popup.html` }],
    ['another page of ours', ownPage('chunks/popup.html')],
    [
      'a page of another extension that says our id',
      { id: extensionId, url: 'chrome-extension://x/popup.html' },
    ],
    ['something without a tab', { id: extensionId, url: mailPage }],
    ['a page before it is shown', { ...onPage(mailPage), tab: { id: -1 } }],
  ])('%s is nobody', (_who, sender) => {
    expect(askerOf(sender, self)).toBeUndefined()
  })

  test('a frame without an address of its own is where its tab is', () => {
    const sender = { ...onPage(mailPage, 7, 2), url: 'about:blank', origin: 'null' }
    expect(askerOf(sender, self)).toEqual({ kind: 'page', tab: 7, frame: 2, places: [mailPage] })
  })
})

describe('what they may ask', () => {
  test.each([
    'settings',
    'change-settings',
    'gateways',
    'look-up-gateway',
    'trust-gateway',
    'forget-gateway',
    'waiting',
    'open-portal',
    'sign-out-everywhere',
    'sites',
    'switch-site',
  ])('a web page may not ask for %j', async (ask) => {
    expect(await extension.send({ ask, address: 'https://evil.example' }, onPage(mailPage))).toMatchObject(
      notAllowed,
    )
    expect(extension.asked).toEqual([])
  })

  test.each(['begin', 'judge', 'open', 'open-window', 'replying-to', 'open-reply'])(
    'a page of ours has no business with %j',
    async (ask) => {
      expect(await extension.send({ ask, found: [] }, ownPage('popup.html'))).toMatchObject(notAllowed)
    },
  )

  test('the portal, which any page can put into a frame, may ask for the settings alone', async () => {
    const portal = ownPage('portal.html', { tab: 7, frame: 1 })
    expect(await extension.send({ ask: 'settings' }, portal)).toMatchObject({ ok: true })
    for (const ask of ['gateways', 'waiting', 'sites', 'sign-out-everywhere', 'look-up-gateway']) {
      expect(await extension.send({ ask, search: '', address: 'gw.example' }, portal)).toMatchObject(
        notAllowed,
      )
    }
  })

  test('the portal chooses the picture and phrase, and no other setting', async () => {
    const portal = ownPage('portal.html', { tab: 7, frame: 1 })
    const personal = { picture: 'lighthouse', phrase: 'salt and rope' }
    const change = (change: object) => extension.send({ ask: 'change-settings', change }, portal)
    expect(await change({ personal })).toMatchObject({ ok: true, value: { personal } })
    expect(await change({ personal, passwords: 'inline' })).toMatchObject(notAllowed)
    expect(await change({ unwrap: false })).toMatchObject(notAllowed)
  })

  test.each([
    null,
    1,
    'judge',
    [],
    {},
    { ask: 1 },
    { ask: 'constructor' },
    { ask: '__proto__' },
    { ask: 'toString' },
  ])('%j is no request', async (message) => {
    expect(await extension.send(message, onPage(mailPage))).toMatchObject(notAllowed)
    expect(await extension.send(message, ownPage('popup.html'))).toMatchObject(notAllowed)
  })

  const link = { kind: 'link', value: 'https://x.example/' }
  test.each([
    { ask: 'judge', found: link },
    { ask: 'judge', found: Array.from({ length: 201 }, () => link) },
    { ask: 'judge', found: [{ kind: 'link', value: 'x'.repeat(8193) }] },
    { ask: 'judge', found: [{ kind: 'file', value: 'x' }] },
    { ask: 'judge', found: [link, null] },
    { ask: 'open', found: link, purpose: 'write' },
    { ask: 'replying-to', addresses: 'a@b.example' },
    { ask: 'replying-to', addresses: Array.from({ length: 51 }, () => 'a@b.example') },
    { ask: 'open-reply', address: 'a@b.example', where: 'tab' },
  ])('a malformed request is refused, not guessed at: %j', async (message) => {
    expect(await extension.send(message, onPage(mailPage))).toMatchObject(malformed)
  })

  test('nothing opens for a link that is none of ours', async () => {
    for (const ask of ['open', 'open-window'] as const) {
      await expect(
        extension.page({ ask, found: { kind: 'link', value: mailPage }, purpose: 'read' }),
      ).rejects.toThrow('nothing-here')
    }
    expect(extension.tabs).toEqual([])
  })
})

describe('the portal’s port', () => {
  test.each<[string, Sender]>([
    ['a content script', onPage(mailPage)],
    ['another extension', { ...ownPage('portal.html', { tab: 7, frame: 1 }), id: 'x' }],
    ['the popup', ownPage('popup.html', { tab: 7, frame: 1 })],
    ['a portal in no tab', ownPage('portal.html')],
  ])('%s is not let in', async (_who, sender) => {
    const port = extension.connect(portalPort, sender)
    port.post({ nonce: 'x' })
    await expect.poll(() => port.closed).toBe(true)
    expect(port.heard.filter((one) => !(one as { refused?: true }).refused)).toEqual([])
  })

  test('what is asked before admission is not heard, and a wrong nonce ends it', async () => {
    const port = extension.connect(portalPort, ownPage('portal.html', { tab: 7, frame: 1 }))
    port.post({ id: 1, call: 'json', method: 'GET', path: '/api/session' })
    port.post({ id: 2, call: 'json', method: 'GET', path: '/api/session' })
    await expect.poll(() => port.closed).toBe(true)
    expect(port.heard).toEqual([{ refused: true }])
    expect(extension.asked).toEqual([])
  })
})
