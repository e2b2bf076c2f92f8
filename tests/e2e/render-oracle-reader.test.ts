import { AxePuppeteer } from '@axe-core/puppeteer'
import type { Browser, Page } from 'puppeteer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../fixtures/until.ts'
import { openBrowser } from './person.ts'
import { type Look, type OpenScreen, openScreen } from './screen-page.ts'
import { makeMessages, type Stored } from './stand-in-data.ts'
import { words } from './stand-in.ts'

const wide: Look = { width: 1280, height: 800 }
const phone: Look = { width: 320, height: 568, dark: true, touch: true, language: 'de' }
const person = {
  id: 'person-bob',
  address: words.address,
  name: 'Bob Ortiz',
  role: 'recipient',
  language: null,
} as const

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const newsletter =
  '<html><head><style>h1{color:#036}@import url(http://canary.test/i)</style></head><body bgcolor="#eee" onload="alert(1)">' +
  '<h1>Accepted</h1><p style="position:fixed;color:#333">We will pay.</p><img src="cid:logo" alt="Logo">' +
  '<img src="http://canary.test/hero.png" alt="Hero" width="300" height="100"><img src="http://canary.test/p.gif" width="1" height="1">' +
  '<p><a href="https://evil.example/login">https://mybank.example</a></p><script>alert(1)</script></body></html>'

function message(change: Partial<Stored>): Stored {
  const [first] = makeMessages(Date.now(), 0)
  if (first === undefined) throw new Error('no sample')
  return { ...first, id: 'under-test', at: Date.now() + 60_000, ...change }
}

/** A person signed in, at one message. */
function read(
  browser: Browser,
  change: Partial<Stored>,
  look = wide,
  ready = '.message-pane h1',
): Promise<OpenScreen> {
  const one = message(change)
  return openScreen(
    browser,
    {
      name: 'message',
      path: `/portal/${one.folder}/${one.id}`,
      ready,
      prepare: (standIn) => {
        standIn.state.session = { state: 'signed-in', person }
        standIn.state.messages = [one, ...standIn.state.messages]
      },
    },
    look,
  )
}

const attachment = (index: number, name: string, type: string, contentId: string | null = null) => ({
  index,
  name,
  type,
  size: png.length,
  contentId,
  inline: contentId !== null,
})

const control = (page: Page, name: string, role: string) =>
  page.locator(`::-p-aria([name="${name}"][role="${role}"])`)
const textOf = (page: Page) => page.evaluate(() => document.body.innerText)
const heading = (page: Page) => page.$eval('.message-pane h1', (element) => element.textContent)

/** Looks into the frame that is shown; one that is just being replaced by the next is passed over. */
async function insideFrame<T>(page: Page, look: () => T): Promise<T> {
  for (let tries = 0; ; tries++) {
    const element = await page.waitForSelector(
      '.message-frame__frame:not(.message-frame__frame_waiting):last-child',
    )
    try {
      const frame = await element?.contentFrame()
      if (!frame) throw new Error('the frame is gone')
      return await frame.evaluate(look)
    } catch (error) {
      if (tries > 20) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

describe('reading a message', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  it('shows HTML in a frame without scripts and without the portal’s origin, and nothing of it outside', async () => {
    await using open = await read(browser, { html: newsletter })
    const { page, complaints } = open
    expect(await insideFrame(page, () => document.body.innerText)).toContain('We will pay.')
    const frames = await page.$$eval('iframe', (all) => all.map((frame) => frame.getAttribute('sandbox')))
    expect(frames).toEqual(['allow-popups allow-popups-to-escape-sandbox'])
    expect(await textOf(page)).not.toContain('We will pay.')
    expect(await page.$$eval('.message-pane img, .message-pane style', (all) => all.length)).toBe(0)
    expect(complaints).toEqual([])
  })

  it('says where a link really leads, and gives the page it opens nothing', async () => {
    await using open = await read(browser, { html: newsletter })
    const link = await insideFrame(open.page, () => {
      const a = document.querySelector('a')
      return { rel: a?.rel, target: a?.target, title: a?.title, after: a?.parentElement?.innerText }
    })
    expect(link).toEqual({
      rel: 'noopener noreferrer',
      target: '_blank',
      title: 'evil.example',
      after: 'https://mybank.example (leads to evil.example)',
    })
  })

  it('fetches nothing from elsewhere before it is asked to, and then through the gateway alone', async () => {
    await using open = await read(browser, {
      html: newsletter,
      attachments: [attachment(0, 'logo.png', 'image/png', 'logo')],
      bytes: [png],
    })
    const { page } = open
    const asked: string[] = []
    await page.setRequestInterception(true)
    page.on('request', (request) => {
      const url = new URL(request.url())
      if (url.protocol !== 'data:') asked.push(url.host + url.pathname + url.search)
      if (url.pathname.endsWith('/remote-image'))
        void request.respond({ status: 200, contentType: 'image/png', body: png })
      else void request.continue()
    })
    await page.reload()
    const pictures = () => insideFrame(page, () => Array.from(document.images, ({ src }) => src.slice(0, 22)))
    await until(async () => (await textOf(page)).includes('pictures from elsewhere'), 'the bar is there')
    expect(await pictures()).toEqual(['data:image/png;base64,'])
    expect(asked.filter((one) => one.includes('canary') || one.includes('remote-image'))).toEqual([])
    expect(await textOf(page)).toContain('2 pictures from elsewhere are not shown.')
    await control(page, 'Show pictures', 'button').click()
    await until(async () => (await pictures()).length === 3, 'the pictures are shown')
    expect(await pictures()).toEqual(Array.from({ length: 3 }, () => 'data:image/png;base64,'))
    const remote = asked.filter((one) => one.includes('canary'))
    expect(remote).toHaveLength(2)
    for (const one of remote)
      expect(one).toMatch(/^127\.0\.0\.1:\d+\/api\/messages\/under-test\/remote-image\?/)
  })

  it('says how many pictures could not be had', async () => {
    await using open = await read(browser, { html: newsletter })
    await control(open.page, 'Show pictures', 'button').click()
    await until(async () => (await textOf(open.page)).includes('2 pictures could not be had.'), 'it is said')
  })

  it('keeps the message before in sight until the next one is there', async () => {
    await using open = await read(browser, { subject: 'The first one' })
    const { page, standIn } = open
    standIn.state.slow = 2000
    const rows = await page.$$('.message-row__link')
    await rows[1]?.click()
    await page.waitForSelector('.message-pane[aria-busy="true"]')
    expect(await heading(page)).toBe('The first one')
    await until(async () => (await heading(page)) !== 'The first one', 'the next one is there')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  })

  it('counts as read only what a person went to', async () => {
    await using open = await read(browser, { unread: true })
    const { page, standIn } = open
    const unread = () => standIn.state.messages.filter((one) => one.unread).map(({ id }) => id)
    const before = makeMessages(0, 0).filter((one) => one.unread).length
    expect(unread()).toHaveLength(before)
    await control(page, 'Mark unread', 'button').click()
    await until(() => unread().includes('under-test'), 'it is unread again')
  })

  it('prints from a frame of its own that has no scripts either', async () => {
    await using open = await read(browser, { html: newsletter, subject: 'On <b>paper</b>' })
    const { page } = open
    await page.evaluate(() => {
      // The dialog of the system can't be answered here; that it is asked for can be seen.
      HTMLIFrameElement.prototype.remove = () => undefined
    })
    await control(page, 'Print', 'button').click()
    const element = await page.waitForSelector('.print-frame')
    const sandbox = await element?.evaluate((frame) => frame.getAttribute('sandbox'))
    expect(sandbox).toBe('allow-same-origin allow-modals')
    const frame = await element?.contentFrame()
    await until(
      async () =>
        (await frame?.evaluate(
          () => document.readyState === 'complete' && document.body.innerText !== '',
        )) === true,
      'it is loaded',
    )
    const printed = await frame?.evaluate(() => ({
      text: document.body.innerText,
      scripts: document.querySelectorAll('script, [onload], b').length,
    }))
    expect(printed?.text).toContain('On <b>paper</b>')
    expect(printed?.text).toContain('alice@example.test')
    expect(printed?.text).toContain('We will pay.')
    expect(printed?.scripts).toBe(0)
  })

  it('offers only what is permitted', async () => {
    const none = { reply: false, replyAll: false, forward: false, print: false, download: false }
    await using open = await read(browser, { permissions: none })
    const buttons = await open.page.$$eval('.message-pane button, .message-pane a', (all) =>
      all.map((one) => one.textContent || one.getAttribute('aria-label')),
    )
    expect(buttons.filter((name) => /reply|forward|print|download/i.test(name ?? ''))).toEqual([])
    expect(await textOf(open.page)).toContain('not allowed: reply, forward, print, and download')
    await open.page.emulateMediaType('print')
    expect(await textOf(open.page)).toContain('The sender does not allow this message to be printed.')
  })

  it('answers by a single key', async () => {
    await using open = await read(browser, {})
    await open.page.keyboard.press('r')
    await open.page.waitForSelector('.editor-toolbar')
    expect(open.standIn.state.drafts.map(({ kind, messageId }) => [kind, messageId])).toEqual([
      ['reply', 'under-test'],
    ])
  })

  it('shows plain text with links to follow and long quotations folded', async () => {
    const text = `See https://example.org/x.\n\n${'> quoted\n'.repeat(8)}\nBye <b>x</b>`
    await using open = await read(browser, { html: null, text })
    const { page } = open
    expect(await page.$eval('.message-text a', (a) => [a.href, a.target, a.rel])).toEqual([
      'https://example.org/x',
      '_blank',
      'noopener noreferrer',
    ])
    expect(await page.$eval('.message-text summary', (summary) => summary.textContent)).toBe('8 quoted lines')
    expect(await textOf(page)).toContain('Bye <b>x</b>')
  })

  it('looks at a picture without leaving the page', async () => {
    await using open = await read(browser, {
      attachments: [attachment(0, 'roof.png', 'image/png'), attachment(1, 'plan.svg', 'image/svg+xml')],
      bytes: [png, Buffer.from('<svg/>')],
    })
    const { page } = open
    expect(await page.$$eval('[aria-label^="View "]', (all) => all.length)).toBe(1)
    await control(page, 'View roof.png', 'button').click()
    await page.waitForSelector('.attachment-dialog__picture')
    expect(
      await page.$eval('.attachment-dialog__picture', (image) => image.getAttribute('src')?.slice(0, 5)),
    ).toBe('blob:')
    await page.keyboard.press('Escape')
    await until(async () => (await page.$('dialog[open]')) === null, 'it is closed')
  })

  it('says why there is nothing to read', async () => {
    const gone = { html: null, text: null, attachments: [], bytes: [] }
    await using expired = await read(browser, { ...gone, state: 'expired' })
    expect(await textOf(expired.page)).toContain('This message has expired')
    await using recalled = await read(browser, { ...gone, state: 'recalled', recallReason: 'Wrong person.' })
    expect(await textOf(recalled.page)).toContain('Reason given: “Wrong person.”')
    await using broken = await read(browser, { ...gone, readable: false })
    expect(await textOf(broken.page)).toContain('Download the original')
  })

  const people = Array.from({ length: 400 }, (_, at) => ({ name: '', address: `person.${at}@example.test` }))
  it.each([
    ['a newsletter in a window', { html: newsletter }, wide],
    ['a newsletter on a phone, dark, German', { html: newsletter }, phone],
    ['a subject of 2,000 characters and 400 recipients', { subject: 'x'.repeat(2000), to: people }, phone],
    ['plain text, from right to left', { html: null, text: 'Hello\n> you' }, { ...wide, rightToLeft: true }],
    [
      'what one sent',
      { folder: 'sent', id: 'sent-1', copies: [{ address: 'a@x.test', state: 'held', readAt: 1 }] },
      phone,
    ],
    ['a recalled message', { state: 'recalled', html: null, text: null, recallReason: 'No.' }, phone],
  ] satisfies [string, Partial<Stored>, Look][])(
    'can be read by everybody: %s',
    async (_name, change, look) => {
      await using open = await read(browser, change, look)
      const { page } = open
      expect(open.complaints).toEqual([])
      // Legacy mode: the frame of a message runs no scripts, axe's neither.
      const { violations } = await new AxePuppeteer(page)
        .setLegacyMode(true)
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
        [],
      )
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    },
  )
})
