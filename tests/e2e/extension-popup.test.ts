import { AxePuppeteer } from '@axe-core/puppeteer'
import type { Browser } from 'puppeteer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtExtension } from '../peers/extension-build.ts'
import { openExtension } from './extension-page.ts'
import { type ExtensionScreen, optionsScreens, popupScreens } from './extension-screens.ts'
import { anna } from './extension-stand-in.ts'
import { openBrowser } from './person.ts'
import type { Look } from './screen-page.ts'

let browser: Browser
let built: string

beforeAll(async () => {
  built = await builtExtension('chrome', 'production')
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
})

const popup: Look = { width: 360, height: 560 }
const wide: Look = { width: 1280, height: 800 }
const phone: Look = { width: 320, height: 640, dark: true, touch: true, language: 'de' }

const seen: readonly [string, Look, readonly ExtensionScreen[]][] = [
  ['the popup', popup, popupScreens],
  [
    'the popup as a page of a phone, dark, German',
    phone,
    popupScreens.filter(({ name }) => !/site|website|browser/.test(name)).map(asPage),
  ],
  ['the options in a window', wide, optionsScreens],
  ['the options on the smallest phone, dark, German', phone, optionsScreens],
]

/** Android opens the popup as a page. The rows of sites are the same ones. */
function asPage(screen: ExtensionScreen): ExtensionScreen {
  return { ...screen, state: { ...screen.state, inTab: true } }
}

describe.each(seen)('%s', (_name, look, screens) => {
  test.each(screens)('$name: everybody can use it, and nothing is cut off', async (screen) => {
    await using open = await openExtension(browser, built, screen, look)
    const { page } = open
    const complaints = [...open.complaints]
    const { violations } = await new AxePuppeteer(page)
      .setLegacyMode(true)
      // Hundreds of rows are one row, again.
      .exclude('.waiting-row:nth-child(n + 12)')
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze()
    expect(
      violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`)),
    ).toEqual([])
    const tooWide = () =>
      page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
    expect(await tooWide()).toBe(false)
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl'
    })
    expect(await tooWide()).toBe(false)
    expect(complaints).toEqual([])
  })
})

const screenOf = (name: string) => {
  const found = [...popupScreens, ...optionsScreens].find((screen) => screen.name === name)
  if (!found) throw new Error(`no screen ${name}`)
  return found
}

describe('by keyboard alone', () => {
  test('one searches, goes down to a message and opens it in the portal’s own window', async () => {
    await using open = await openExtension(browser, built, screenOf('messages'), popup)
    const { page } = open
    await page.focus('.popup__search input')
    await page.keyboard.type('contract')
    await page.waitForFunction(() => document.querySelectorAll('.waiting-row').length === 1)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => (globalThis as unknown as { asked: unknown[] }).asked.includes('close'))
    expect((await open.asked()).slice(-2)).toEqual([
      { ask: 'open-portal', gateway: anna.gateway, messageId: 'message-0' },
      'close',
    ])
  })

  test('one signs out everywhere, and is asked once before', async () => {
    await using open = await openExtension(browser, built, screenOf('sign out everywhere?'), popup)
    const { page } = open
    expect((await open.asked()).some((one) => one['ask'] === 'sign-out-everywhere')).toBe(false)
    await page.keyboard.press('Escape')
    await page.waitForSelector('dialog', { hidden: true })
    await page.locator('.popup__actions .button_quiet').click()
    await page.locator('dialog .button_danger').click()
    await page.waitForSelector('.toast')
    expect((await open.asked()).some((one) => one['ask'] === 'sign-out-everywhere')).toBe(true)
  })
})

describe('this site', () => {
  test('switched on: the browser is asked for this one site, while the click is fresh', async () => {
    await using open = await openExtension(browser, built, screenOf('on a site that is off'), popup)
    await open.page.locator('[role=switch]').click()
    await open.page.waitForSelector('[role=switch][aria-checked=true]')
    const asked = await open.asked()
    expect(asked).toContainEqual({
      permission: { origins: ['https://webmail.example.org/*'] },
      click: true,
    })
    expect(asked).toContainEqual({ ask: 'switch-site', pattern: 'https://webmail.example.org/*', on: true })
  })

  test('refused by the person: it stays off and says so', async () => {
    const screen = screenOf('on a site that is off')
    const refusing = { ...screen, state: { ...screen.state, consents: false } }
    await using open = await openExtension(browser, built, refusing, popup)
    await open.page.locator('[role=switch]').click()
    await open.page.waitForFunction(() => document.body.textContent.includes('has not given its permission'))
    expect((await open.asked()).some((one) => one['ask'] === 'switch-site')).toBe(false)
  })

  test('not seen: nothing but the address of the page is asked for', async () => {
    await using open = await openExtension(browser, built, screenOf('asked to choose the icon again'), popup)
    expect(await open.asked()).toContainEqual({ permission: { permissions: ['activeTab'] }, click: true })
  })
})

describe('trusting a gateway', () => {
  test('an address that came with a link is filled in, and the gateway is not asked before the person says so', async () => {
    await using open = await openExtension(browser, built, screenOf('come from a link not verified'), wide)
    expect(await open.page.$eval('#gateway-address', (field) => (field as HTMLInputElement).value)).toBe(
      'mail.lawyer.example',
    )
    expect(await open.page.evaluate(() => document.activeElement?.id)).toBe('gateway-address')
    expect((await open.asked()).some((one) => one['ask'] === 'look-up-gateway')).toBe(false)
    await open.page.keyboard.press('Enter')
    await open.page.waitForSelector('.offer-card')
    await open.page.locator('.offer-card .button_primary').click()
    await open.page.waitForSelector('.offer-card', { hidden: true })
    expect(await open.asked()).toContainEqual(
      expect.objectContaining({ ask: 'trust-gateway', gateway: 'https://mail.lawyer.example' }),
    )
    expect(await open.page.$$eval('.gateway-card', (cards) => cards.length)).toBe(3)
  })

  test('another fingerprint than the one trusted is no ordinary offer', async () => {
    await using open = await openExtension(browser, built, screenOf('found with another fingerprint'), wide)
    expect(await open.page.$('.offer-card .button_primary')).toBeNull()
    expect(await open.page.$$eval('.offer-card .fingerprint', (all) => all.length)).toBe(2)
  })
})

describe('what the organisation has set', () => {
  test('is shown, and can’t be changed', async () => {
    await using open = await openExtension(browser, built, screenOf('all by policy'), wide)
    const { page } = open
    expect(await page.$$eval('#reading input', (all) => all.every((one) => one.disabled))).toBe(true)
    expect(await page.$('#appearance select')).toBeNull()
    expect(await page.$('#gateway-address')).toBeNull()
    expect(await page.$('.gateway-card > .button')).toBeNull()
    await page.locator('#reading [role=switch]').click()
    await page.locator('#sites [role=switch][aria-checked=true]').click()
    const asked = await open.asked()
    expect(asked.filter((one) => ['change-settings', 'switch-site'].includes(String(one['ask'])))).toEqual([])
  })
})

test('the language and the look of the options follow a choice at once', async () => {
  await using open = await openExtension(browser, built, screenOf('in use'), wide)
  const { page } = open
  const [language, look] = await page.$$('#appearance select')
  await language?.select('de')
  await page.waitForFunction(() => document.documentElement.lang === 'de')
  expect(await page.title()).toBe('Postern-Einstellungen')
  await look?.select('dark')
  await page.waitForFunction(() => getComputedStyle(document.documentElement).colorScheme === 'dark')
})
