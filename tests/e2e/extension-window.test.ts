/** From the frame to the extension's own window, and files on the way: the real extension before a real gateway. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serveHostilePage } from '../fixtures/hostile/page.ts'
import { startTestGateway } from '../fixtures/gateway.ts'
import { linkIn, newestMail, sendMail } from '../fixtures/mail.ts'
import { openBrowserWithExtension } from '../peers/extension.ts'
import { pressInside } from './closed-roots.ts'
import { controlsIn, until } from './controls.ts'

const bob = 'bob@elsewhere.test'
const password = 'seven quiet geese cross'

test('signed in and begun in the mail, gone on with in the window, and after loading it again', async () => {
  await using gateway = await startTestGateway()
  const scan = randomBytes(3_000_000)
  await sendMail(gateway, {
    to: bob,
    html: '<p>Please look at the scan.</p>',
    attachments: [{ filename: 'scan.bin', content: scan }],
  })
  const details = await newestMail(gateway, bob, /^Your sign-in details/)
  const temporary = /Temporary password:\s*(\S+)/.exec(details.text ?? '')?.[1] ?? ''
  await using pages = await serveHostilePage(linkIn(await newestMail(gateway, bob, /^Secure message/)))
  await using opened = await openBrowserWithExtension('chrome')
  const options = await opened.openOwnPage('options.html')
  await options.evaluate(trust, gateway.origin)
  await options.close()

  const page = await opened.browser.newPage()
  await page.setViewport({ width: 1000, height: 900 })
  await page.goto(pages.url)
  const isPortal = (url: string) => url.startsWith(`${opened.extensionOrigin}/portal.html`)
  const frame = async () => {
    for (const one of page.frames())
      if (isPortal(await one.evaluate(() => location.href).catch(() => ''))) return one
    return undefined
  }
  const portal = controlsIn(frame, 'the portal in the mail')

  await until(
    'the badge',
    async () => (await pressInside('chrome', page, page.mainFrame(), /^Genuine/)) || undefined,
  )
  await portal.press('Next')
  await portal.press('Continue')
  await portal.fill('Password', temporary)
  await portal.press('Log In')
  await portal.fill('New Password', password)
  await portal.fill('Confirm Password', password)
  await portal.press('Confirm')
  await portal.press('Download scan.bin')
  const kept = join(opened.downloads, 'scan.bin')
  // The browser keeps the place with an empty file until all of it is there.
  await until('the file is kept, whole', async () => scan.equals(await readFile(kept)) || undefined)

  await portal.press('Reply')
  await portal.fill('Message', 'The scan is fine.')
  await portal.press('Open in a window of its own')
  const own = await until('the window', async () => {
    const all = await opened.browser.pages()
    return all.find((one) => isPortal(one.url()))
  })
  const shows = (words: string) =>
    until(`the window shows “${words}”`, async () => {
      const text = await own.$eval('.editor__text', (editor) => editor.textContent)
      return text.includes(words) || undefined
    })
  await shows('The scan is fine.')
  await expect.poll(() => own.url()).toMatch(/#resume\.[\w-]{43}$/)
  await until('the frame is gone', async () => ((await frame()) === undefined ? true : undefined))
  await own.reload()
  await shows('The scan is fine.')

  const window = controlsIn(() => Promise.resolve(own.mainFrame()), 'the window')
  await window.press('Send')
  await window.sees('Sent.')
})

/** Runs in a page of the extension. */
async function trust(gateway: string): Promise<void> {
  // The browser's own global; a page of a test has no types for it.
  const { chrome } = globalThis as unknown as {
    chrome: { runtime: { sendMessage(message: object): Promise<{ value: Record<string, string> }> } }
  }
  const { value } = await chrome.runtime.sendMessage({ ask: 'look-up-gateway', address: gateway })
  await chrome.runtime.sendMessage({
    ask: 'trust-gateway',
    gateway: value['gateway'],
    fingerprint: value['fingerprint'],
  })
}
