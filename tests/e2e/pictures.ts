/**
 * Takes a picture of every screen, in a window (light) and on a phone (dark): `node tests/e2e/pictures.ts [folder]`,
 * docs/pictures without one. Needs the pages built.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openBrowser } from './person.ts'
import { type Look, openScreen } from './screen-page.ts'
import { screens } from './screens.ts'

const folder = process.argv[2] ?? join(import.meta.dirname, '../../docs/pictures')
const looks: readonly [suffix: string, Look][] = [
  ['', { width: 1280, height: 800 }],
  ['-phone', { width: 360, height: 740, dark: true, touch: true }],
]

mkdirSync(folder, { recursive: true })
const browser = await openBrowser()
try {
  for (const screen of screens)
    for (const [suffix, look] of looks) {
      await using open = await openScreen(browser, screen, look)
      await open.page.screenshot({
        path: `${join(folder, `screen-${screen.name}${suffix}`)}.webp`,
        type: 'webp',
        quality: 85,
      })
    }
} finally {
  await browser.close()
}
