/** Takes a picture of every screen of the extension's portal page: `node tests/e2e/inline-pictures.ts folder [name]`. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { inlineScreens, type InlineLook, openInline, windowScreens } from './inline-screens.ts'
import { openBrowser } from './person.ts'

const folder = process.argv[2] ?? '/tmp/inline-pictures'
const only = process.argv[3]?.split(',')
const looks: readonly [suffix: string, InlineLook][] = [
  ['', { width: 640 }],
  ['-phone', { width: 320, dark: true, touch: true, language: 'de' }],
  ['-rtl', { width: 400, rightToLeft: true }],
]

mkdirSync(folder, { recursive: true })
const browser = await openBrowser()
try {
  for (const screen of inlineScreens.filter(({ name }) => !only || only.includes(name)))
    for (const [suffix, look] of looks) {
      await using open = await openInline(browser, screen, look, '#bare')
      const path = `${join(folder, screen.name)}${suffix}.png` as const
      await open.page.screenshot({ path, fullPage: true })
      if (open.complaints.length > 0) console.log(path, open.complaints)
    }
  for (const screen of windowScreens.filter(({ name }) => !only || only.includes(name)))
    for (const [suffix, look] of [
      ['-window', { width: 1000, height: 760 }],
      ['-window-narrow', { width: 420, height: 760, dark: true }],
    ] as const) {
      await using open = await openInline(browser, screen, look)
      await open.page.screenshot({ path: `${join(folder, screen.name)}${suffix}.png` })
      if (open.complaints.length > 0) console.log(screen.name, suffix, open.complaints)
    }
} finally {
  await browser.close()
}
