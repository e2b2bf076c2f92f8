import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxePuppeteer } from '@axe-core/puppeteer'
import type { Browser, Page } from 'puppeteer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Draft } from '../../shared/contract/index.ts'
import { until } from '../fixtures/until.ts'
import { openBrowser } from './person.ts'
import { type Look, type OpenScreen, openScreen } from './screen-page.ts'
import { type StandIn, words } from './stand-in.ts'

const wide: Look = { width: 1280, height: 800 }
const person = {
  id: 'person-bob',
  address: words.address,
  name: 'Bob Ortiz',
  role: 'recipient',
  language: null,
} as const

const quote =
  '<div><br></div><div class="postern-quote"><div>Alice Example:</div><blockquote type="cite"><p style="color:red">See <a href="javascript:alert(1)">this</a></p><img src="http://canary.test/x"></blockquote></div>'

const draft: Draft = {
  id: 'draft-1',
  kind: 'new',
  messageId: null,
  to: [],
  cc: [],
  subject: '',
  html: '',
  files: [],
  updatedAt: 0,
  recipientsEditable: true,
  allowed: ['@example.test'],
}

/** A person signed in, writing a draft. */
function compose(browser: Browser, change: Partial<Draft> = {}, look = wide): Promise<OpenScreen> {
  return openScreen(
    browser,
    {
      name: 'draft',
      path: '/portal/drafts/draft-1',
      ready: '.editor-toolbar',
      prepare: (standIn) => {
        standIn.state.session = { state: 'signed-in', person }
        standIn.state.drafts = [{ ...draft, ...change }]
      },
    },
    look,
  )
}

const control = (page: Page, name: string, role: string) =>
  page.locator(`::-p-aria([name="${name}"][role="${role}"])`)
const textOf = (page: Page) => page.evaluate(() => document.body.innerText)
const editorHtml = (page: Page) => page.$eval('.editor__text', (element) => element.innerHTML)
const saved = (standIn: StandIn) => standIn.state.drafts.find(({ id }) => id === 'draft-1')

async function withModifier(page: Page, key: 'b' | 'Enter'): Promise<void> {
  await page.keyboard.down('Control')
  await page.keyboard.press(key)
  await page.keyboard.up('Control')
}

describe('writing a message', () => {
  let browser: Browser
  let folder: string
  beforeAll(async () => {
    browser = await openBrowser()
    folder = await mkdtemp(join(tmpdir(), 'postern-editor-'))
  })
  afterAll(async () => {
    await browser.close()
    await rm(folder, { recursive: true })
  })

  it('is saved while it is typed, and there again after the page was loaded anew', async () => {
    await using open = await compose(browser)
    const { page, standIn, complaints } = open
    await page.type('.composer__subject input', 'Numbers')
    await page.type('.editor__text', 'Hello Alice')
    await until(() => saved(standIn)?.html.includes('Hello Alice') === true, 'the text is saved')
    await until(async () => (await textOf(page)).includes('Saved'), 'the screen says so')
    await page.reload()
    await page.waitForSelector('.editor-toolbar')
    expect(await editorHtml(page)).toContain('Hello Alice')
    expect(await page.$eval('.composer__subject input', (input) => input.value)).toBe('Numbers')
    expect(complaints).toEqual([])
  })

  it('keeps everything while the gateway is away, says so, and saves it when it is back', async () => {
    await using open = await compose(browser)
    const { page, standIn } = open
    standIn.state.down = true
    await page.type('.editor__text', 'Precious')
    await until(async () => (await textOf(page)).includes('Not saved. Trying again'), 'the failure is said')
    standIn.state.down = false
    await until(() => saved(standIn)?.html.includes('Precious') === true, 'it is saved')
    expect(await editorHtml(page)).toContain('Precious')
  })

  it('goes by keyboard alone: formats, a toolbar of one stop, and a way out of the text', async () => {
    await using open = await compose(browser, { to: ['alice@example.test'] })
    const { page } = open
    await page.focus('.editor__text')
    await withModifier(page, 'b')
    await page.keyboard.type('bold')
    await withModifier(page, 'b')
    expect(await editorHtml(page)).toContain('<b>bold</b>')
    await page.keyboard.down('Shift')
    await page.keyboard.press('Tab')
    await page.keyboard.up('Shift')
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
    expect(await focused()).toBe('Bold')
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toBe('Italic')
    await page.keyboard.press('End')
    expect(await focused()).toBe('Remove formatting')
    await page.focus('.editor__text')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.closest('.editor__text') === null)).toBe(true)
  })

  it('cleans what is pasted before it is part of the page', async () => {
    await using open = await compose(browser, { to: ['alice@example.test'] })
    const { page, complaints } = open
    await page.focus('.editor__text')
    await page.evaluate(() => {
      const data = new DataTransfer()
      data.setData(
        'text/html',
        '<p style="position:fixed" onclick="alert(1)">Pasted <b>bold</b> <a href="javascript:alert(1)">x</a></p><img src=http://canary.test/x onerror=alert(1)><script>alert(1)</script><svg onload=alert(1)>',
      )
      data.setData('text/plain', 'Pasted bold x')
      document
        .querySelector('.editor__text')
        ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })
    await until(async () => (await editorHtml(page)).includes('Pasted'), 'it is pasted')
    const html = await editorHtml(page)
    expect(html).toContain('<b>bold</b>')
    expect(html).not.toMatch(/style=|onclick|javascript:|<img|<script|<svg/i)
    expect(complaints).toEqual([])
  })

  it('shows the quoted message in a frame of its own and sends it along as it came', async () => {
    await using open = await compose(browser, {
      kind: 'reply',
      to: ['alice@example.test'],
      html: quote,
      recipientsEditable: false,
    })
    const { page, standIn, complaints } = open
    expect(await editorHtml(page)).not.toContain('Alice Example')
    await control(page, 'Quoted message', 'button').click()
    const frame = await page.waitForSelector('.quoted-message iframe')
    expect(await frame?.evaluate((element) => element.getAttribute('sandbox'))).toBe(
      'allow-popups allow-popups-to-escape-sandbox',
    )
    const inside = await frame?.contentFrame()
    await until(
      async () =>
        (await inside?.evaluate(() => document.body.innerText))?.includes('Alice Example:') === true,
      'the quotation is shown',
    )
    await page.type('.editor__text', 'My answer')
    await until(() => saved(standIn)?.html.includes('My answer') === true, 'it is saved')
    expect(saved(standIn)?.html).toContain(quote.slice('<div><br></div>'.length))
    await control(page, 'Edit the quoted message', 'button').click()
    await until(async () => (await editorHtml(page)).includes('Alice Example'), 'the quotation can be edited')
    expect(await editorHtml(page)).not.toMatch(/style=|javascript:|<img/)
    expect(complaints).toEqual([])
  })

  it('says at once what is wrong with a recipient, and sends nothing before it is put right', async () => {
    await using open = await compose(browser)
    const { page, standIn } = open
    await page.type('.editor__text', 'Text that must stay')
    await withModifier(page, 'Enter')
    await until(async () => (await textOf(page)).includes('Add at least one recipient.'), 'the lack is said')
    await page.type('.recipients__input', 'bogus, eve@evil.test,')
    expect(await textOf(page)).toContain('“bogus” is not an email address')
    await control(page, 'Remove bogus', 'button').click()
    expect(await textOf(page)).toContain('eve@evil.test cannot be written to from here')
    await control(page, 'Remove eve@evil.test', 'button').click()
    await page.type('.recipients__input', 'Alice <alice@example.test>')
    await page.keyboard.press('Enter')
    expect(standIn.state.messages.some(({ folder: one }) => one === 'sent')).toBe(false)
    await control(page, 'Send', 'button').click()
    await until(async () => (await textOf(page)).includes('delivered straight to 1 mailbox'), 'it is sent')
    const sent = standIn.state.messages.find(({ folder: one }) => one === 'sent')
    expect(sent?.html).toContain('Text that must stay')
  })

  it('keeps text, recipients and files when sending fails', async () => {
    await using open = await compose(browser, { to: ['alice@example.test'] })
    const { page, standIn } = open
    await page.type('.editor__text', 'Stays')
    await until(() => saved(standIn)?.html.includes('Stays') === true, 'it is saved')
    standIn.state.down = true
    await control(page, 'Send', 'button').click()
    await until(
      async () => (await textOf(page)).includes('Your text and files are kept'),
      'the failure is said',
    )
    expect(await editorHtml(page)).toContain('Stays')
    standIn.state.down = false
    await control(page, 'Send', 'button').click()
    await until(async () => (await textOf(page)).includes('delivered straight to'), 'it is sent')
  })

  it('attaches files with bytes to see, lets them be cancelled and taken away', async () => {
    await using open = await compose(browser, { to: ['alice@example.test'] })
    const { page, standIn } = open
    const [small, large] = [join(folder, 'small.txt'), join(folder, 'large.bin')]
    await writeFile(small, 'small')
    await writeFile(large, Buffer.alloc(3_000_000))
    const session = await page.createCDPSession()
    await session.send('Network.enable')
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 400_000,
    })
    const picker = await page.waitForSelector('input[type=file]')
    // The selector names an input.
    await (picker as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(large, small)
    await until(async () => /of 3 MB, \d+ seconds? left/.test(await textOf(page)), 'bytes and time are shown')
    const leaving = await page.evaluate(() => {
      const event = new Event('beforeunload', { cancelable: true })
      window.dispatchEvent(event)
      return event.defaultPrevented
    })
    expect(leaving).toBe(true)
    await until(
      () => saved(standIn)?.files.some(({ name }) => name === 'small.txt') === true,
      'small is there',
    )
    await control(page, 'Cancel large.bin', 'button').click()
    await until(async () => (await page.$$('.file-list__file')).length === 1, 'it is cancelled')
    expect(saved(standIn)?.files.map(({ name }) => name)).toEqual(['small.txt'])
    await control(page, 'Remove small.txt', 'button').click()
    await until(() => saved(standIn)?.files.length === 0, 'it is taken away')
  })

  it('keeps a file that failed in the list, to be tried again', async () => {
    await using open = await compose(browser, { to: ['alice@example.test'] })
    const { page, standIn } = open
    const path = join(folder, 'again.txt')
    await writeFile(path, 'again')
    standIn.state.down = true
    const picker = await page.waitForSelector('input[type=file]')
    await (picker as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(path)
    await until(async () => (await textOf(page)).includes('Not attached'), 'the failure is said')
    standIn.state.down = false
    await control(page, 'Try again.txt again', 'button').click()
    await until(() => saved(standIn)?.files.length === 1, 'it is attached')
  })

  it('attaches what is dropped on it', async () => {
    await using open = await compose(browser, { to: ['alice@example.test'] })
    const { page, standIn } = open
    await page.evaluate(() => {
      const data = new DataTransfer()
      data.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }))
      const target = document.querySelector('.editor__text')
      for (const type of ['dragenter', 'dragover', 'drop'])
        target?.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
    })
    await until(() => saved(standIn)?.files[0]?.name === 'dropped.txt', 'it is attached')
  })

  it('discards a draft, and brings it back when that was a mistake', async () => {
    await using open = await compose(browser, { subject: 'Not this one', html: '<div>Text</div>' })
    const { page, standIn } = open
    await control(page, 'Discard the draft', 'button').click()
    await until(async () => (await textOf(page)).includes('Draft discarded.'), 'it is gone')
    expect(await page.$('.message-row')).toBeNull()
    await control(page, 'Undo', 'button').click()
    await page.waitForSelector('.editor-toolbar')
    expect(await editorHtml(page)).toContain('Text')
    expect(saved(standIn)).toBeDefined()
  })

  it.each([
    ['in a window', wide],
    ['on a phone, dark, German', { width: 320, height: 568, dark: true, touch: true, language: 'de' }],
    ['from right to left', { width: 360, height: 740, rightToLeft: true }],
  ] satisfies [string, Look][])('can be used by everybody %s', async (_name, look) => {
    await using open = await compose(
      browser,
      {
        kind: 'forward',
        to: ['alice@example.test', 'bogus'],
        cc: ['carol@example.test'],
        subject: 'A subject',
        html: `<div>Text</div>${quote.slice('<div><br></div>'.length)}`,
        files: [
          {
            id: 'f1',
            name: 'A file with a long name that does not fit.pdf',
            type: 'application/pdf',
            size: 1,
          },
        ],
      },
      look,
    )
    expect(open.complaints).toEqual([])
    // Legacy mode: the frame of a message runs no scripts, axe's neither.
    const { violations } = await new AxePuppeteer(open.page)
      .setLegacyMode(true)
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
    expect(await open.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(
      true,
    )
  })
})
