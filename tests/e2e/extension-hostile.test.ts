/** The portal's frame in a page that turns against it (reference/webmail.md, section 1), in real browsers. */
import type { Frame, Page } from 'puppeteer'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { beyondHitTests, disturbing, idle, markHost, ordinary, unseen } from '../fixtures/hostile/attacks.ts'
import { type HostilePages, serveHostilePage } from '../fixtures/hostile/page.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { linkIn, newestMail, sendMail } from '../fixtures/mail.ts'
import { type ExtensionBrowser, openBrowserWithExtension } from '../peers/extension.ts'
import type { BrowserKind } from '../peers/extension-build.ts'
import { closedRoots, pressInside } from './closed-roots.ts'
import { type Controls, controlsIn, until } from './controls.ts'

const bob = 'bob@elsewhere.test'
const phrase = 'walnut on a saddle'
/** ms. In this time whatever was going to open a window has done so. */
const while_ = 3500

const browsers: readonly { kind: BrowserKind; name: string }[] = [
  { kind: 'chrome', name: 'Chromium' },
  { kind: 'firefox', name: 'Firefox' },
]

describe.each(browsers)('a hostile page in $name', ({ kind }) => {
  let gateway: TestGateway
  let opened: ExtensionBrowser
  let pages: HostilePages
  let page: Page
  let portal: Controls

  beforeAll(async () => {
    gateway = await startTestGateway()
    await sendMail(gateway, { to: bob })
    pages = await serveHostilePage(linkIn(await newestMail(gateway, bob, /^Secure message/)))
    opened = await openBrowserWithExtension(kind)
    const options = await opened.openOwnPage('options.html')
    await options.evaluate(prepare, gateway.origin, phrase)
    await options.close()
  })
  afterAll(async () => {
    await opened[Symbol.asyncDispose]()
    await pages[Symbol.asyncDispose]()
    await gateway[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    page = await opened.browser.newPage()
    await page.setViewport({ width: 1000, height: 800 })
    await page.goto(pages.url)
    portal = controlsIn(portalFrame, 'the portal in the page')
  })
  afterEach(async () => {
    for (const one of await windows()) await one.close()
    await page.close()
  })

  /** Firefox does not tell the address of an extension's frame; the frame itself does. */
  async function portalFrame(): Promise<Frame | undefined> {
    for (const frame of page.frames().reverse()) if (await isPortal(frame)) return frame
    return undefined
  }
  const isPortal = (frame: Frame) =>
    frame
      .evaluate(() => location.href)
      .then((url) => url.startsWith(`${opened.extensionOrigin}/portal.html`))
      .catch(() => false)

  /** The extension's own windows that are open. */
  async function windows(): Promise<Page[]> {
    const all = await opened.browser.pages()
    const own = await Promise.all(all.map((one) => isPortal(one.mainFrame())))
    return all.filter((_, index) => own[index])
  }

  const isLive = () =>
    portalFrame().then((frame) =>
      frame?.evaluate(() => document.querySelector('input') !== null && !document.querySelector('[inert]')),
    )

  /** Presses the badge, and waits until the portal takes input. */
  async function openPortal(): Promise<void> {
    await until(
      'the badge is there',
      async () => (await pressInside(kind, page, page.mainFrame(), /^Genuine/)) || undefined,
    )
    await until('the portal takes input', async () => (await isLive().catch(() => false)) || undefined)
    await page.evaluate(markHost)
  }

  async function toPassword(): Promise<void> {
    await openPortal()
    await portal.fill('Email Address', bob)
    await portal.press('Next')
    await portal.sees(phrase)
    await portal.fill('Password', 'seven quiet geese')
  }

  const goesOnInWindow = () =>
    until('the window opens', async () => (await windows()).length === 1 || undefined)

  const attempts = () => gateway.logged.filter((line) => JSON.stringify(line).includes('/api/sign-in')).length

  test('the page finds out nothing of the frame, and hears nothing', async () => {
    await openPortal()
    const seen = await page.evaluate(() => {
      const host = document.getElementById('found-host')
      return {
        frames: window.length,
        first: typeof window[0],
        shadow: host?.shadowRoot ?? null,
        children: host?.childNodes.length,
        attributes: host?.getAttributeNames().filter((name) => name !== 'id'),
        iframes: document.querySelectorAll('iframe').length,
        html: /extension:\/\//.test(document.documentElement.outerHTML),
        // The browser's own list of what a page has loaded.
        resources: performance.getEntries().filter((entry) => /extension:/.test(entry.name)).length,
        active: document.activeElement?.id,
        heard: (window as unknown as { heard: string[] }).heard,
      }
    })
    expect(seen).toEqual({
      frames: 0,
      first: 'undefined',
      shadow: null,
      children: 0,
      attributes: ['data-postern'],
      iframes: 0,
      html: false,
      resources: 0,
      active: 'found-host',
      heard: [],
    })
  })

  test('clicks and keys that the page makes open nothing and press nothing', async () => {
    await until(
      'the badge is there',
      async () => (await closedRoots(kind, page, page.mainFrame())).length > 0 || undefined,
    )
    const click = () => {
      for (const host of document.querySelectorAll<HTMLElement>('[data-postern]')) {
        const { left, top } = host.getBoundingClientRect()
        host.click()
        const at = { bubbles: true, composed: true, clientX: left + 30, clientY: top + 12 }
        for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])
          for (const target of [host, document.elementFromPoint(left + 30, top + 12)])
            target?.dispatchEvent(new MouseEvent(type, at))
        for (const key of ['Enter', ' ', 'Escape']) {
          host.focus()
          host.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }))
        }
      }
    }
    await page.evaluate(click)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(await portalFrame()).toBeUndefined()
    await openPortal()
    await page.evaluate(click)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(await isLive()).toBe(true)
    expect(await windows()).toEqual([])
  })

  test.each(disturbing)('$name: the portal goes on in its own window', async ({ act }) => {
    await openPortal()
    await page.evaluate(act)
    await goesOnInWindow()
    await until('the frame is gone', async () => ((await portalFrame()) === undefined ? true : undefined))
    expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([])
  })

  // Firefox can't be asked what it has drawn: there the last is not found out (reference/webmail.md, section 1).
  test.each(kind === 'chrome' ? [...unseen, ...beyondHitTests] : unseen)(
    '$name: the password is not sent, and the portal goes on in its own window',
    async ({ name, act }) => {
      await toPassword()
      const before = attempts()
      await page.evaluate(act)
      const frame = await portal.frame()
      await frame.focus('input[type="password"]')
      await page.keyboard.press('Enter')
      await goesOnInWindow()
      expect(attempts(), name).toBe(before)
    },
  )

  test.each([...idle, ...ordinary])('$name: nothing is disturbed', async ({ act }) => {
    await openPortal()
    await page.evaluate(act)
    await new Promise((resolve) => setTimeout(resolve, while_))
    expect(await windows()).toEqual([])
    expect(await isLive()).toBe(true)
  })

  test('an empty layer over the page keeps nobody from signing in', async () => {
    await toPassword()
    const before = attempts()
    const layer = ordinary.find(({ name }) => name.startsWith('an empty layer'))
    await page.evaluate(layer?.act ?? (() => undefined))
    await portal.press('Log In')
    await portal.sees(/not right|doesn’t match|try again|wrong/i)
    expect(attempts()).toBeGreaterThan(before)
    expect(await windows()).toEqual([])
  })

  test('a dialog over everything only stops the portal, until it is closed', async () => {
    await openPortal()
    await page.evaluate(() => {
      const dialog = document.createElement('dialog')
      dialog.textContent = 'Delete this mail?'
      document.body.append(dialog)
      dialog.showModal()
    })
    await until('the portal takes no input', async () => ((await isLive()) === false ? true : undefined))
    await new Promise((resolve) => setTimeout(resolve, while_))
    expect(await windows()).toEqual([])
    await page.evaluate(() => document.querySelector('dialog')?.close())
    await until('the portal takes input again', async () => (await isLive()) || undefined)
  })

  test('what is laid over it and taken away again gives no click a chance', async () => {
    await openPortal()
    await page.evaluate(() => {
      const over = document.createElement('div')
      over.id = 'over'
      over.style.cssText = 'position:fixed;inset:0;background:#fff;z-index:99'
      document.body.append(over)
    })
    await until('the portal takes no input', async () => ((await isLive()) === false ? true : undefined))
    await page.evaluate(() => document.getElementById('over')?.remove())
    expect(await isLive()).toBe(false)
    await until('the portal takes input again', async () => (await isLive()) || undefined)
    expect(await windows()).toEqual([])
  })

  test('the webmail goes to another mail: the portal goes, and no window comes', async () => {
    await openPortal()
    await page.evaluate(() => document.getElementById('view')?.remove())
    await until('the frame is gone', async () => ((await portalFrame()) === undefined ? true : undefined))
    await new Promise((resolve) => setTimeout(resolve, while_))
    expect(await windows()).toEqual([])
  })

  test('a badge that is hardly seen opens the window, and no frame', async () => {
    await page.evaluate(() => document.getElementById('mail')?.setAttribute('style', 'opacity: 0.05'))
    await until(
      'the badge is pressed',
      async () => (await pressInside(kind, page, page.mainFrame(), /^Genuine/)) || undefined,
    )
    await goesOnInWindow()
    expect(await portalFrame()).toBeUndefined()
  })

  test('a mail in a frame: what the page around does to the frame disturbs as well', async () => {
    await page.goto(`${pages.url}around`)
    const mail = await until('the mail is there', async () =>
      page.frames().find((frame) => frame.parentFrame() !== null && frame.url() === pages.url),
    )
    const press = async () => (await pressInside(kind, page, mail, /^Genuine/)) || undefined
    await until('the badge is pressed', press)
    await until('the portal takes input', async () => (await isLive().catch(() => false)) || undefined)
    // As one script of the webmail could: it fades everything, wherever the portal stands.
    await page.evaluate(() => document.body.setAttribute('style', 'opacity: 0.1'))
    await goesOnInWindow()
  })

  test('Tab goes into it and out of it, both ways', async () => {
    await openPortal()
    const inFrame = () => page.evaluate(() => document.activeElement?.id === 'found-host')
    for (const [start, keys] of [
      ['previous', ['Tab']],
      ['next', ['Shift', 'Tab']],
    ] as const) {
      await page.focus(`#${start}`)
      const press = async () => {
        for (const key of keys.slice(0, -1)) await page.keyboard.down(key)
        await page.keyboard.press('Tab')
        for (const key of keys.slice(0, -1)) await page.keyboard.up(key)
      }
      const trail: boolean[] = []
      for (let count = 0; count < 40 && !(trail.includes(true) && trail.at(-1) === false); count += 1) {
        await press()
        trail.push(await inFrame())
      }
      expect(trail.includes(true), `in from ${start}`).toBe(true)
      expect(trail.at(-1), `out again from ${start}`).toBe(false)
    }
  })

  test('Escape closes it, and the badge has the focus again', async () => {
    await openPortal()
    await page.keyboard.press('Escape')
    await until('the frame is gone', async () => ((await portalFrame()) === undefined ? true : undefined))
    expect(await page.evaluate(() => document.activeElement?.hasAttribute('data-postern'))).toBe(true)
    expect(await windows()).toEqual([])
  })

  test('the portal page shows nothing to whoever puts it into a frame and forges a handover', async () => {
    await openPortal()
    const frame = await portal.frame()
    const url = await frame.evaluate(() => location.href)
    const shown = await page.evaluate(async (url) => {
      const forged = document.createElement('iframe')
      forged.id = 'forged'
      forged.src = url
      document.body.append(forged)
      await new Promise((resolve) => setTimeout(resolve, 1000))
      const nonce = 'A'.repeat(43)
      for (const data of [{ postern: 'handover', nonce }, nonce, { nonce }, null])
        forged.contentWindow?.postMessage(data, '*', [new MessageChannel().port2])
      await new Promise((resolve) => setTimeout(resolve, 1000))
      return (window as unknown as { heard: string[] }).heard
    }, url)
    expect(shown).toEqual([])
    const forged = await (await page.$('#forged'))?.contentFrame()
    const text = await forged?.evaluate(() => document.body.innerText.trim()).catch(() => '')
    expect(text ?? '').not.toMatch(/Email|Password|secure/i)
    expect(await forged?.evaluate(() => document.querySelectorAll('input').length).catch(() => 0)).toBe(0)
  })

  test.runIf(kind === 'chrome')(
    'a nonce is of no use in another tab, and to nobody a second time',
    async () => {
      const nonce = await nonceOfPage(page, pages.url)
      for (const way of ['another tab', 'again'] as const) {
        const other = await opened.openOwnPage(`portal.html#${nonce}`)
        await new Promise((resolve) => setTimeout(resolve, 1000))
        expect(await other.evaluate(() => document.body.innerText.trim()), way).toBe('')
        await other.close()
      }
    },
  )
})

/** Runs in a page of the extension: trusts the gateway and chooses picture and phrase. */
async function prepare(gateway: string, phrase: string): Promise<void> {
  // The browser's own global, by either name; a page of a test has no types for it.
  const scope = globalThis as unknown as Record<
    string,
    { runtime: { sendMessage(message: object): Promise<Told> } }
  >
  interface Told {
    ok: boolean
    value?: { gateway: string; fingerprint: string }
  }
  const { runtime } = scope['browser'] ?? scope['chrome'] ?? {}
  const ask = async (message: object): Promise<Told> => {
    const told = await runtime?.sendMessage(message)
    if (!told?.ok) throw new Error(JSON.stringify(told))
    return told
  }
  const { value } = await ask({ ask: 'look-up-gateway', address: gateway })
  await ask({ ask: 'trust-gateway', gateway: value?.gateway, fingerprint: value?.fingerprint })
  await ask({ ask: 'change-settings', change: { personal: { picture: 'lighthouse', phrase } } })
}

/** A ticket's nonce, asked for as the content script does: from its own world, which no page has. */
async function nonceOfPage(page: Page, url: string): Promise<string> {
  const [realm] = page.extensionRealms()
  if (!realm) throw new Error('the content script has no world')
  const answer = await realm.evaluate(async () => {
    const { chrome } = globalThis as unknown as {
      chrome: { runtime: { sendMessage(message: object): Promise<{ value?: { nonce: string } }> } }
    }
    const value = document.querySelector('a')?.href
    return chrome.runtime.sendMessage({ ask: 'open', found: { kind: 'link', value }, purpose: 'read' })
  })
  const nonce = answer.value?.nonce
  if (nonce === undefined) throw new Error(`no ticket on ${url}: ${JSON.stringify(answer)}`)
  return nonce
}
