import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'puppeteer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from './person.ts'
import { type OpenScreen, openScreen } from './screen-page.ts'
import { type Screen, screens, toPassword } from './screens.ts'
import { startStandIn, words } from './stand-in.ts'

/** How the screens behave in hands, on keys and when things go wrong. What the gateway does is tested with a gateway. */

let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const at = (name: string): Promise<OpenScreen> => {
  const screen = screens.find((one) => one.name === name)
  if (!screen) throw new Error(`there is no screen ${name}`)
  return openScreen(browser, screen, { width: 1280, height: 800 })
}
const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document
    return activeElement?.id || activeElement?.className || activeElement?.localName
  })
const textOf = (page: Page, selector: string) => page.$eval(selector, (element) => element.textContent)
const rowCount = (page: Page) => page.$$eval('.message-row', (rows) => rows.length)

describe('signing in', () => {
  test('the link fills in the address, and Enter goes on', async () => {
    await using open = await at('link')
    const { page } = open
    expect(await page.$eval('#address', (input) => (input as HTMLInputElement).value)).toBe(words.address)
    await page.keyboard.press('Enter')
    await page.waitForSelector('#password')
    expect(await focused(page)).toBe('password')
  })

  test('after signing in by the link the message is open', async () => {
    await using open = await at('link')
    const { page } = open
    await page.keyboard.press('Enter')
    await page.waitForSelector('#password')
    await page.type('#password', words.password)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.message-row__link[aria-current]')
    expect(new URL(page.url()).pathname).toMatch(/^\/portal\/inbox\/01JD/)
  })

  test('a recipient sees no choice of methods, an internal user does', async () => {
    await using open = await at('sign-in')
    const { page } = open
    await toPassword(page, words.address)
    expect(await page.$('select')).toBeNull()
    await page.click('.who .text-button')
    await toPassword(page, 'alice@example.test')
    expect(await page.$$eval('select option', (options) => options.map(({ label }) => label))).toEqual([
      'Cloud',
      'Domain',
    ])
  })

  test('an error takes the focus and leads to its field', async () => {
    await using open = await at('sign-in-error')
    const { page } = open
    expect(await focused(page)).toBe('error-summary')
    await page.click('.error-summary a')
    expect(await focused(page)).toBe('address')
    expect(await page.$eval('#address', (input) => input.getAttribute('aria-invalid'))).toBe('true')
  })

  test('password managers are told which field is which', async () => {
    await using open = await at('first-password')
    const { page } = open
    expect(await page.$$eval('form input', (inputs) => inputs.map((input) => input.autocomplete))).toEqual([
      'username',
      'current-password',
      'new-password',
      'new-password',
    ])
  })

  test('the first password form holds what was just typed, as it was typed', async () => {
    await using open = await at('first-password')
    const { page } = open
    const value = await page.$eval('#password', (input) => (input as HTMLInputElement).value)
    expect(value).toBe(`  ${words.temporary} `)
  })

  test('the requirements are ticked as they are met, and unticked', async () => {
    await using open = await at('first-password')
    const { page } = open
    const met = () =>
      page.$$eval('.requirements__met', (rows) => rows.map((row) => row.getAttribute('data-requirement')))
    expect(await met()).toEqual(['length', 'bytes', 'common', 'personal'])
    await page.type('#confirm-password', 'harbour violin')
    expect(await met()).toContain('same')
    await page.focus('#new-password')
    for (let index = 0; index < 3; index++) await page.keyboard.press('Backspace')
    expect(await met()).not.toContain('length')
    expect(await met()).not.toContain('same')
  })

  test('Login issues? never shows the key of a mailed link', async () => {
    await using open = await at('reset')
    const { page } = open
    await page.click('.entry-page__foot .text-button')
    await page.waitForSelector('dialog .issues')
    const told = await textOf(page, 'dialog .issues')
    expect(told).toContain('/reset/')
    expect(told).not.toContain('/reset/abc')
    expect(told).toContain('K7QF-2MZD')
  })

  test('a session that ends leads to sign-in and back to the same place', async () => {
    await using open = await at('sign-in-ended')
    const { page } = open
    const before = page.url()
    await toPassword(page, words.address)
    await page.type('#password', words.password)
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelector('.entry-page') === null)
    expect(page.url()).toBe(before)
    expect(await rowCount(page)).toBeGreaterThan(5)
  })

  test('signing in as somebody else shows nothing of the person before', async () => {
    await using open = await at('sign-in-ended')
    const { page, standIn } = open
    standIn.state.messages = []
    await toPassword(page, 'carol@elsewhere.test')
    await page.type('#password', words.password)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.message-list .empty-state')
    expect(await rowCount(page)).toBe(0)
  })

  test('whoever signs out as somebody else goes on to the message', async () => {
    await using open = await at('link-other-person')
    const { page } = open
    await page.click('.empty-state__actions .button_primary')
    await page.waitForSelector('#address')
    expect(await page.$eval('#address', (input) => (input as HTMLInputElement).value)).toBe(words.address)
  })
})

describe('the list', () => {
  test('is walked with j and k, opened with Enter, left with u', async () => {
    await using open = await at('inbox')
    const { page } = open
    for (const key of ['j', 'j', 'j', 'k'] as const) await page.keyboard.press(key)
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Miriam Okafor')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.message-row__link[aria-current]')
    expect(page.url()).toContain('/portal/inbox/01JD0000000000000000000001')
    await page.keyboard.press('u')
    await page.waitForFunction(() => location.pathname === '/portal/inbox')
  })

  test('loads more when its end comes near', async () => {
    await using open = await at('inbox')
    const { page, standIn } = open
    expect(await rowCount(page)).toBe(50)
    await page.evaluate(() => document.querySelector('.message-list__more')?.scrollIntoView())
    await page.waitForFunction(
      (all) => document.querySelectorAll('.message-row').length === all,
      {},
      standIn.state.messages.length,
    )
    expect(await page.$('.message-list__more')).toBeNull()
  })

  test('/ goes to the search, and letters typed there are only letters', async () => {
    await using open = await at('inbox')
    const { page } = open
    await page.keyboard.press('/')
    await page.keyboard.type('juicy?')
    await page.waitForSelector('.message-list .empty-state')
    expect(await textOf(page, '.message-list .empty-state h2')).toContain('juicy?')
    expect(await page.$('dialog')).toBeNull()
    await page.keyboard.press('Escape')
    await page.waitForSelector('.message-row')
  })

  test('shows unread messages alone, in the order that is asked for', async () => {
    await using open = await at('inbox')
    const { page } = open
    await page.click('.list-head__filter')
    await page.waitForFunction(() => document.querySelectorAll('.message-row').length === 2)
    await page.click('.list-head .menu button')
    await page.waitForSelector('.menu__item')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForFunction(
      () => document.querySelector('.message-row__who')?.textContent === 'Dr. Miriam Okafor',
    )
    expect(await focused(page)).toBe('icon-button')
  })

  test('a message that is read loses its mark at once', async () => {
    await using open = await at('message')
    const { page } = open
    await page.waitForFunction(() => document.querySelectorAll('.message-row__dot').length === 1)
    expect(await page.title()).toBe('(1) Inbox · Postern')
  })

  test('comes back when the gateway is back', async () => {
    await using open = await at('inbox-offline')
    const { page, standIn } = open
    expect(await rowCount(page)).toBe(50)
    standIn.state.down = false
    await page.click('.message-list__trouble button')
    await page.waitForFunction(() => document.querySelector('.message-list__trouble') === null)
  })

  test('nothing flickers while the gateway answers quickly, and a slow one is noticed', async () => {
    const slow: Screen = {
      name: 'slow',
      path: '/portal/inbox',
      prepare: ({ state }) => {
        state.slow = 600
        state.session = {
          state: 'signed-in',
          person: { id: 'p', address: words.address, name: '', role: 'recipient', language: null },
        }
      },
      ready: '.skeleton',
    }
    await using open = await openScreen(browser, slow, { width: 1280, height: 800 })
    const delay = await open.page.$eval('.skeleton', (element) => getComputedStyle(element).animationDelay)
    expect(delay).toBe('0.15s')
    await open.page.waitForSelector('.message-row')
  })
})

describe('the person', () => {
  test('chooses a language, and it stays', async () => {
    await using open = await at('account-menu')
    const { page } = open
    await page.click('.menu__item[lang=de]')
    await page.waitForFunction(() => document.documentElement.lang === 'de')
    expect(await textOf(page, '.list-head__title')).toBe('Posteingang')
    expect(await page.evaluate(() => localStorage.getItem('postern.language'))).toBe('de')
  })

  test('signs out, and Back shows nothing of the messages', async () => {
    await using open = await at('account-menu')
    const { page } = open
    await page.$$eval('button.menu__item', (items) => items.at(-2)?.click())
    await page.waitForSelector('#address')
    expect(await page.content()).not.toContain('Okafor')
  })
})

describe('the browser', () => {
  test('loads less than 60 KB of compressed script before the first screen', async () => {
    const context = await browser.createBrowserContext()
    const page = await context.newPage()
    await using standIn = await startStandIn()
    const loads: Promise<number>[] = []
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return
      loads.push(response.buffer().then((bytes) => gzipSync(bytes, { level: 9 }).length))
    })
    await page.goto(`${standIn.url}/portal`, { waitUntil: 'networkidle0' })
    const sizes = await Promise.all(loads)
    const sum = sizes.reduce((total, size) => total + size, 0)
    console.log(`first load: ${sizes.length} scripts, ${sum} bytes compressed`)
    expect(sizes.length).toBeGreaterThan(1)
    expect(sum).toBeLessThan(60_000)
    await context.close()
  })

  test('too old a browser is told so, and which ones work', async () => {
    const old: Screen = { name: 'old', path: '/portal', ready: 'h1' }
    const context = await browser.createBrowserContext()
    const page = await context.newPage()
    await using standIn = await startStandIn()
    await page.evaluateOnNewDocument(() => {
      // As a browser of 2022: it knows no light-dark().
      const supports = CSS.supports.bind(CSS)
      CSS.supports = (name: string, value?: string) =>
        value?.includes('light-dark') ? false : value === undefined ? supports(name) : supports(name, value)
    })
    await page.goto(standIn.url + old.path)
    await page.waitForFunction(() => location.pathname === '/unsupported.html')
    await page.waitForSelector('main')
    expect(await textOf(page, 'main')).toContain('Firefox 121')
    await context.close()
  })
})
