/**
 * What an organisation has set reaches the extension in real browsers: files of this machine that root writes, so only
 * where tests own the machine.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'puppeteer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { linkIn, newestMail, sendMail } from '../fixtures/mail.ts'
import { type ExtensionBrowser, openBrowserWithExtension } from '../peers/extension.ts'
import type { BrowserKind } from '../peers/extension-build.ts'
import { setManagedPolicy } from '../peers/managed-policy.ts'
import { missing } from '../peers/require.ts'
import { closedRoots, pressInside } from './closed-roots.ts'
import { type Controls, answer, controlsIn, until } from './controls.ts'

const browsers: readonly { kind: BrowserKind; name: string }[] = [
  { kind: 'chrome', name: 'Chromium' },
  { kind: 'firefox', name: 'Firefox' },
]
const bob = 'bob@elsewhere.test'
const Description = z.object({ rootKey: z.string() })

const ownMachine = process.getuid?.() === 0 && Boolean(process.env['CI'])
const lacking = missing('firefox-esr')
if (lacking !== undefined && process.env['CI']) throw new Error(lacking)

describe.skipIf(!ownMachine)('policy of an organisation (as root, with CI set)', () => {
  let gateway: TestGateway
  let mail: AsyncDisposable & { readonly url: string }
  beforeAll(async () => {
    gateway = await startTestGateway()
    await sendMail(gateway, {
      from: 'alice@example.test',
      to: bob,
      subject: '[secure] The plan',
      text: 'Hello',
    })
    mail = await serveMail(linkIn(await newestMail(gateway, bob, /^Secure message/)))
  })
  afterAll(async () => {
    await mail[Symbol.asyncDispose]()
    await gateway[Symbol.asyncDispose]()
  })

  describe.each(browsers)('in $name', ({ kind }) => {
    const life = new AsyncDisposableStack()
    let opened: ExtensionBrowser
    let options: Controls
    let page: Page

    beforeAll(async () => {
      const { rootKey } = Description.parse(
        await (await fetch(`${gateway.httpUrl}/.well-known/postern`)).json(),
      )
      life.use(
        await setManagedPolicy(kind, {
          gateways: [{ address: gateway.origin, rootKey, name: 'Gateway of the mill' }],
          allowPairing: false,
          passwords: 'window',
          language: 'de',
        }),
      )
      opened = life.use(await openBrowserWithExtension(kind))
      const own = await opened.openOwnPage('options.html')
      options = controlsIn(async () => own.mainFrame(), 'the options')
      // Chromium gives an extension its policy some seconds after it was installed; this page is older than that.
      await until('the policy has arrived', async () => ((await own.evaluate(hasPolicy)) ? true : undefined))
      await own.evaluate(() => location.reload())
    })
    afterAll(() => life.disposeAsync())

    test('its gateway is trusted, its language is spoken, and nothing else can be trusted', async () => {
      const shown = await options.sees('Gateway of the mill')
      expect(shown).toContain('Von Ihrer Organisation festgelegt')
      expect(await options.has(/Gateway of the mill vergessen/, 'button')).toBe(false)
      expect(await options.has('Nachsehen', 'button')).toBe(false)
      expect(shown).toContain('Ihre Organisation')
    })

    test('its links are genuine for everybody, at once', async () => {
      page = await opened.browser.newPage()
      await page.setViewport({ width: 1000, height: 800 })
      await page.goto(mail.url)
      const badges = async () =>
        (await closedRoots(kind, page, page.mainFrame())).flatMap(({ controls }) =>
          controls.map((one) => one.name),
        )
      await expect
        .poll(badges, { timeout: 45_000 })
        .toContainEqual(expect.stringMatching(new RegExp(`^Echter Link · ${new URL(gateway.origin).host}`)))
    })

    test('passwords are typed in a window of its own, not in the page', async () => {
      await until('the badge is pressed', async () =>
        (await pressInside(kind, page, page.mainFrame(), /^Echter Link/)) ? true : undefined,
      )
      const portal = controlsIn(async () => {
        for (const frame of page.frames()) {
          const origin = await answer(frame.evaluate(() => location.origin)).catch(() => '')
          if (origin === opened.extensionOrigin) return frame
        }
        return undefined
      }, 'the portal in the page')
      await portal.press('Weiter')
      await portal.sees('Passwörter werden im eigenen Fenster')
      expect(await portal.has('Passwort', 'textbox')).toBe(false)
    })
  })
})

/** Runs in a page of the extension; as text, for what it asks is known there alone. */
const hasPolicy =
  "chrome.storage.managed.get('gateways').then(({ gateways }) => gateways?.length === 1, () => false)"

/** A page like a webmail's, with one notification link in it. */
async function serveMail(link: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(
      `<!doctype html><title>Mail</title><main><article><p>A mail.</p><p><a href="${link}">Read</a></p></article></main>`,
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A listening TCP server has a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
