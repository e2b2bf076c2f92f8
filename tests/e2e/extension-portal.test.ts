import { AxePuppeteer } from '@axe-core/puppeteer'
import type { Browser, Frame, Page } from 'puppeteer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FromFrame } from '../../extension/protocol.ts'
import { until } from './controls.ts'
import {
  type InlineLook,
  type InlineScreen,
  inlineScreens,
  logIn,
  openInline,
  person,
  press,
  toPassword,
  windowScreens,
} from './inline-screens.ts'
import { openBrowser } from './person.ts'
import { words } from './stand-in.ts'

/** The extension's portal page in a mail, before a stand-in background: what the real one does is tested with it. */

let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const screenOf = (name: string, all: readonly InlineScreen[] = inlineScreens): InlineScreen => {
  const screen = all.find((one) => one.name === name)
  if (!screen) throw new Error(`there is no screen ${name}`)
  return screen
}
const at = (name: string, more: Partial<InlineScreen> = {}, hash = '') =>
  openInline(browser, { ...screenOf(name), ...more }, { width: 640 }, hash)

const looks: readonly [string, InlineLook][] = [
  ['in a mail', { width: 640 }],
  ['on the smallest phone, dark, German', { width: 320, dark: true, touch: true, language: 'de' }],
]

const complaintsOf = async (page: Page): Promise<string[]> => {
  const { violations } = await new AxePuppeteer(page)
    .setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`))
}
const tooWide = (frame: Frame) =>
  frame.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
const said = (page: Page) => page.evaluate(() => window.said)
const saidNames = async (page: Page) => (await said(page)).map(({ say }: FromFrame) => say)
const asked = (frame: Frame) => frame.evaluate(() => window.background.asked)
const isClosed = (page: Page) =>
  until('the frame is gone', async () => (await page.$('iframe')) === null || undefined)
const fields = (frame: Frame) => frame.$$eval('input, textarea, [contenteditable]', (all) => all.length)

describe.each(looks)('%s', (_name, look) => {
  test.each(inlineScreens)('$name: everybody can use it, and nothing is cut off', async (screen) => {
    await using open = await openInline(browser, screen, look, '#bare')
    const { frame } = open
    const complaints = [...open.complaints]
    expect(await tooWide(frame)).toBe(false)
    const inner = await frame.evaluate(() => [innerHeight, document.documentElement.scrollHeight])
    expect(Math.abs((inner[0] ?? 0) - (inner[1] ?? 0))).toBeLessThanOrEqual(1)
    await frame.evaluate(() => {
      document.documentElement.dir = 'rtl'
    })
    expect(await tooWide(frame)).toBe(false)
    expect(complaints).toEqual([])
  })
})

test.each([
  ...inlineScreens.map((one) => ({ ...one, as: 'frame' })),
  ...windowScreens.map((one) => ({ ...one, as: 'window' })),
])('$name as a $as: a screen reader finds its way', async (screen) => {
  const { as, ...rest } = screen
  const look = { width: as === 'frame' ? 480 : 1000, ...(as === 'frame' ? { dark: true } : {}) }
  const looked: InlineScreen = as === 'window' ? rest : { ...rest, setup: { ...rest.setup, alone: true } }
  await using open = await openInline(browser, looked, look)
  // Axe complains to the frame of a message, which runs no scripts: not the page's own.
  const complaints = [...open.complaints]
  expect(await complaintsOf(open.page)).toEqual([])
  expect(complaints).toEqual([])
})

describe('before and instead of the portal', () => {
  test('nothing takes input before the person’s click is confirmed', async () => {
    await using open = await at('link', { ready: '.stage' }, '#dark')
    const { frame, page } = open
    expect(await fields(frame)).toBe(0)
    expect(await frame.$eval('.stage', (stage) => stage.hasAttribute('inert'))).toBe(true)
    await page.evaluate(() => window.tell({ say: 'live' }))
    await frame.waitForSelector('#address')
    expect(await frame.$eval('.stage', (stage) => stage.hasAttribute('inert'))).toBe(false)
  })

  test('a page that is not let in shows nothing at all', async () => {
    await using open = await at('link', { setup: { refuse: true }, ready: 'body' })
    expect(await open.frame.evaluate(() => document.body.innerText.trim())).toBe('')
    expect(await open.frame.$eval('#root', (root) => root.childElementCount)).toBe(0)
    expect(await said(open.page)).toEqual([])
  })

  test.each(inlineScreens.filter(({ name }) => name.startsWith('verdict')))(
    '$name: there is no field, and nothing is asked of the gateway',
    async (screen) => {
      await using open = await openInline(browser, screen, { width: 640 })
      expect(await fields(open.frame)).toBe(0)
      expect(await asked(open.frame)).toEqual([])
    },
  )

  test('an unknown gateway is looked at only when the person asks', async () => {
    await using open = await at('verdict-unknown')
    await press(open.frame, '.verdict__foot button')
    expect(await asked(open.frame)).toEqual(['pair'])
  })
})

describe('passwords', () => {
  test('the first time a picture and a phrase are chosen, then they stand above the field', async () => {
    await using open = await at('personal')
    const { frame } = open
    expect(await frame.$('#password')).toBeNull()
    await frame.$eval('input[value=snail]', (input) => input.click())
    await frame.$eval('#phrase', (input) => (input as HTMLInputElement).select())
    await frame.type('#phrase', 'three quiet geese')
    await press(frame, '.personal-choice button[type=submit]')
    await frame.waitForSelector('#password')
    expect(await frame.$eval('.personal-card__phrase', (one) => one.textContent)).toBe('three quiet geese')
    expect(await frame.$eval('.personal-card svg', (one) => one.getAttribute('aria-label'))).toBe('Snail')
    expect(await frame.evaluate(() => document.activeElement?.id)).toBe('password')
  })

  test('where they are for the window, the frame has no field for one, and goes on after it', async () => {
    await using open = await at('password-window')
    const { frame, served } = open
    expect(await frame.$('input[type=password]')).toBeNull()
    await press(frame, '.passwords .button')
    await until(
      'the window is asked for',
      async () => (await asked(frame)).includes(`window /m/${words.link}`) || undefined,
    )
    served.standIn.state.session = { state: 'signed-in', person }
    await frame.waitForSelector('.message-head')
  })

  test('something that covers the frame: nothing is sent or shown, and the window takes over', async () => {
    await using open = await at('password')
    const { frame, page } = open
    await frame.type('#password', words.password)
    await page.evaluate(() => {
      window.checkAnswer = 'covered'
    })
    await press(frame, 'button[type=submit]')
    await isClosed(page)
    const calls = await saidNames(page)
    expect(calls.at(-1)).toBe('close')
    expect(open.served.standIn.state.session.state).toBe('signed-out')
  })

  test('the page says that the frame is disturbed: it goes dark at once', async () => {
    await using open = await at('message')
    const { frame, page } = open
    await page.evaluate(() => {
      // The frame stays for the test to look at.
      HTMLIFrameElement.prototype.remove = () => undefined
      window.tell({ say: 'disturbed', reason: 'covered' })
    })
    await frame.waitForSelector('.stage_dark[inert]')
    expect(
      await frame.$$eval('.stage > *', (all) =>
        all.every((one) => getComputedStyle(one).visibility === 'hidden'),
      ),
    ).toBe(true)
    await until(
      'the window is asked for',
      async () => (await asked(frame)).some((one) => one.startsWith('window /portal/inbox/')) || undefined,
    )
  })
})

describe('with the keyboard', () => {
  test('Escape closes it', async () => {
    await using open = await at('message')
    await open.frame.focus('.message-head__more')
    await open.page.keyboard.press('Escape')
    await isClosed(open.page)
  })

  test('Escape closes only what is nearest: a dialog, a menu, a search', async () => {
    await using open = await at('inbox')
    const { frame, page } = open
    await press(frame, '.top-bar .menu__button')
    await frame.waitForSelector('.menu__list')
    await page.keyboard.press('Escape')
    expect(await frame.$('.menu__list')).toBeNull()
    await frame.type('.list-head__input', 'zebra')
    await page.keyboard.press('Escape')
    expect(await frame.$eval('.list-head__input', (one) => (one as HTMLInputElement).value)).toBe('')
    expect(await page.$('iframe')).not.toBeNull()
    await page.keyboard.press('Escape')
    await isClosed(page)
  })

  test('Tab past the last control goes on in the page, and back past the first as well', async () => {
    await using open = await at('link')
    const { frame, page } = open
    await frame.focus('.entry-page__foot .menu__button')
    await page.keyboard.press('Tab')
    await until('the focus left', async () => (await saidNames(page)).includes('leave') || undefined)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('behind')
    await frame.focus('.bar .icon-button')
    await page.keyboard.down('Shift')
    await page.keyboard.press('Tab')
    await page.keyboard.up('Shift')
    await until(
      'the focus left again',
      async () => (await page.evaluate(() => document.activeElement?.id === 'opener')) || undefined,
    )
  })

  test('Tab from the page comes to the first control', async () => {
    await using open = await at('link')
    const { frame, page } = open
    await page.focus('#opener')
    await page.keyboard.press('Tab')
    await until(
      'the frame has the focus',
      async () =>
        (await frame.evaluate(
          () => document.hasFocus() && document.activeElement?.closest('.bar') !== null,
        )) || undefined,
    )
    expect(await saidNames(page)).not.toContain('leave')
  })
})

describe('writing', () => {
  test('who came to answer finds the editor open', async () => {
    await using open = await at('reply')
    expect(await open.frame.$eval('.composer__title', (one) => one.textContent)).toBe('Reply')
    expect(await open.frame.evaluate(() => document.activeElement?.className)).toContain('editor__text')
  })

  test('closing saves the draft first', async () => {
    await using open = await at('reply')
    const { frame, page, served } = open
    await frame.type('.editor__text', 'half a sentence')
    await page.keyboard.press('Escape')
    await isClosed(page)
    expect(served.standIn.state.drafts[0]?.html).toContain('half a sentence')
  })

  test('a draft that can’t be saved is not closed without asking', async () => {
    await using open = await at('reply')
    const { frame, page, served } = open
    await frame.type('.editor__text', 'half a sentence')
    served.standIn.state.down = true
    await page.keyboard.press('Escape')
    await frame.waitForSelector('.stage__trouble')
    await press(frame, '.stage__trouble button')
    await isClosed(page)
  })

  test('files go up in pieces, through the background', async () => {
    await using open = await at('reply')
    const { frame, served } = open
    await frame.evaluate(() => {
      const files = new DataTransfer()
      files.items.add(new File([new Uint8Array(2_500_000).fill(7)], 'scan.bin'))
      const input = document.querySelector<HTMLInputElement>('input[type=file]')
      if (!input) throw new Error('no input for files')
      input.files = files.files
      input.dispatchEvent(new Event('change', { bubbles: true }))
    })
    await frame.waitForSelector('.file-list__file_done')
    expect(served.standIn.state.drafts[0]?.files).toMatchObject([{ name: 'scan.bin', size: 2_500_000 }])
    expect((await asked(frame)).filter((one) => one === 'piece')).toHaveLength(3)
  })

  test('before a message is sent the frame is looked at', async () => {
    await using open = await at('reply')
    const { frame, page, served } = open
    await frame.type('.editor__text', 'my answer')
    await page.evaluate(() => {
      window.checkAnswer = 'faded'
    })
    await press(frame, '.composer__foot button[type=submit]')
    await isClosed(page)
    expect(served.standIn.state.messages.some(({ folder }) => folder === 'sent')).toBe(false)
    expect(served.standIn.state.drafts[0]?.html).toContain('my answer')
  })
})

describe('reading', () => {
  test('a file is fetched through the background, for no link would carry the session', async () => {
    await using open = await at('message')
    const { frame } = open
    expect(await frame.$('a[download]')).toBeNull()
    await press(frame, '.attachment-list__file button[aria-label^=Download]')
    await until(
      'it is fetched',
      async () => (await asked(frame)).some((one) => /^bytes .*\/attachments\/\d+$/.test(one)) || undefined,
    )
  })

  test('printing prints the message alone', async () => {
    await using open = await at('message')
    const { frame } = open
    await press(frame, '.message-head__tools_wide button[aria-label=Print]')
    const printed = await frame.waitForSelector('.print-frame')
    const title = await printed?.evaluate((one) =>
      one instanceof HTMLIFrameElement ? (one.contentDocument?.title ?? '') : '',
    )
    expect(title).toBe('The contract, for your eyes only')
    expect(open.complaints).toEqual([])
  })

  test('the way to the inbox leads there, and the frame fits what is in it', async () => {
    await using open = await at('message')
    const { frame, page } = open
    const fits = () =>
      until(
        'it fits',
        async () =>
          (await frame.evaluate(() => Math.abs(innerHeight - document.documentElement.scrollHeight) <= 1)) ||
          undefined,
      )
    await press(frame, '.pane__bar button')
    await frame.waitForSelector('.message-row')
    await fits()
    expect(await page.$eval('iframe', (one) => one.clientHeight)).toBeLessThan(700)
  })

  test('the background falls asleep: the next question wakes it', async () => {
    await using open = await at('inbox')
    const { frame } = open
    await frame.evaluate(() => window.background.sleep())
    await press(frame, '.list-head .icon-button')
    await until(
      'it was asked again',
      async () => (await frame.evaluate(() => window.background.admissions.length)) === 2 || undefined,
    )
    await frame.waitForSelector('.message-list:not([aria-busy=true]) .message-row')
    expect(await frame.evaluate(() => window.background.admissions[1])).toEqual({ resume: 'r'.repeat(43) })
  })

  test('signed in elsewhere: the frame goes on when it gets the focus', async () => {
    await using open = await at('link')
    const { frame, served } = open
    served.standIn.state.session = { state: 'signed-in', person }
    await frame.evaluate(() => window.dispatchEvent(new Event('focus')))
    await frame.waitForSelector('.message-head')
  })
})

test('the whole way: temporary password, own password, the message', async () => {
  await using open = await openInline(browser, screenOf('link'), { width: 400 })
  const { frame } = open
  await logIn(frame, words.temporary)
  await frame.waitForSelector('#new-password')
  await frame.type('#new-password', 'harbour violin')
  await frame.type('#confirm-password', 'harbour violin')
  await press(frame, 'button[type=submit]')
  await frame.waitForSelector('.message-head')
  expect(await frame.$eval('.bar__host', (one) => one.textContent)).toBe('mail.postern.example')
  expect(open.complaints).toEqual([])
})

test('a forgotten password asks for no field with a password, and so for no window', async () => {
  await using open = await at('password-window', {
    setup: { path: `/m/${words.link}` },
    ready: '#password',
    go: toPassword,
  })
  await press(open.frame, '.entry-form__foot .text-button')
  await open.frame.waitForSelector('.entry-steps')
  expect(await open.frame.$('input[type=password]')).toBeNull()
})
