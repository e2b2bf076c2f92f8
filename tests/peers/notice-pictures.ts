/**
 * Draws every notice as a mail program with a browser inside would: `node tests/peers/notice-pictures.ts [folder]`.
 * Without a folder, the handful that documents show goes to docs/pictures; with one, all of them, in both
 * languages, wide and narrow, light and dark.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import puppeteer from 'puppeteer'
import type { Notice } from '../../gateway/notices/index.ts'
import { everyNotice, factsFor, noticeDesk } from '../fixtures/notice-desk.ts'
import { parsed } from '../fixtures/parsed-mail.ts'

interface Picture {
  readonly name: string
  readonly type: Notice['type']
  readonly language: string
  readonly width: number
  readonly scheme: 'light' | 'dark'
  /** Where to cut, px: below it stand the link and its code as text, which make a large file of a picture. */
  readonly height?: number
}

const types = Object.keys(everyNotice('')) as Notice['type'][]
const folder = process.argv[2]

const all: Picture[] = types.flatMap((type) =>
  ['en', 'de'].flatMap((language) =>
    [600, 340].flatMap((width) =>
      (['light', 'dark'] as const).map((scheme) => ({
        name: `notices-${type}-${language}-${width}-${scheme}`,
        type,
        language,
        width,
        scheme,
      })),
    ),
  ),
)
const shown: Picture[] = [
  {
    name: 'notices-notification',
    type: 'notification',
    language: 'en',
    width: 600,
    scheme: 'light',
    height: 640,
  },
  {
    name: 'notices-notification-dark',
    type: 'notification',
    language: 'en',
    width: 600,
    scheme: 'dark',
    height: 640,
  },
  {
    name: 'notices-notification-phone',
    type: 'notification',
    language: 'de',
    width: 340,
    scheme: 'light',
    height: 838,
  },
  { name: 'notices-sign-in-details', type: 'sign-in-details', language: 'en', width: 600, scheme: 'light' },
  { name: 'notices-delivery-failure', type: 'delivery-failure', language: 'de', width: 600, scheme: 'light' },
]

const target = folder ?? join(import.meta.dirname, '../../docs/pictures')
await mkdir(target, { recursive: true })
const browser = await puppeteer.launch({
  executablePath: process.env['PUPPETEER_EXECUTABLE_PATH'] ?? '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-lcd-text'],
})
try {
  const page = await browser.newPage()
  for (const { name, type, language, width, scheme, height } of folder === undefined ? shown : all) {
    await using desk = await noticeDesk({ language, facts: factsFor(type), timeZone: 'Europe/Berlin' })
    const { message } = await desk.write(everyNotice(desk.person.id)[type])
    const mail = await parsed(message)
    await page.setViewport({ width, height: height ?? 400 })
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await page.setContent(mail.html === false ? '' : mail.html)
    await page.screenshot({ path: join(target, `${name}.png`), fullPage: height === undefined })
    if (folder !== undefined) {
      await writeFile(join(target, `${type}-${language}.txt`), mail.text ?? '')
      await writeFile(join(target, `${type}-${language}.eml`), message)
    }
  }
} finally {
  await browser.close()
}
