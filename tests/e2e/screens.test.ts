import { AxePuppeteer } from '@axe-core/puppeteer'
import type { Browser } from 'puppeteer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from './person.ts'
import { type Look, openScreen } from './screen-page.ts'
import { screens } from './screens.ts'

let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const looks: readonly [string, Look][] = [
  ['in a window', { width: 1280, height: 800 }],
  ['in a narrow window, dark', { width: 900, height: 700, dark: true }],
  [
    'on the smallest phone, dark, German',
    { width: 320, height: 640, dark: true, touch: true, language: 'de' },
  ],
]

describe.each(looks)('%s', (_name, look) => {
  test.each(screens)('$name: everybody can use it, and nothing is cut off', async (screen) => {
    await using open = await openScreen(browser, screen, look)
    const { page } = open
    const complaints = [...open.complaints]
    // Legacy mode looks at our own page alone: the frame of a message runs no scripts, axe's neither.
    const { violations } = await new AxePuppeteer(page)
      .setLegacyMode(true)
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze()
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')}`),
    )
    expect(found).toEqual([])
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
