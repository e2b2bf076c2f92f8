import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Frame, Page } from 'puppeteer'
import type { ExtensionBrowser } from '../peers/extension.ts'
import { type ClosedRoot, closedRoots, pressInside } from './closed-roots.ts'
import { type Controls, answer, controlsIn, until } from './controls.ts'
import { type RoundcubePerson, roundcubePerson } from './roundcube-person.ts'

/** A person with the extension, in Roundcube: the badge beside a link, and the portal inside of the mail page. */
export interface ExtensionPerson extends RoundcubePerson {
  readonly kind: ExtensionBrowser['kind']
  /** The portal in the page. */
  readonly portal: Controls
  /** What badges and bars in a document of the page say now: the mail that is open, where left out. */
  badges(frame?: Frame): Promise<string[]>
  /** Waits for a badge or a bar with such a control, and presses it. */
  pressBadge(name: RegExp, frame?: Frame): Promise<void>
  /** Waits until the portal says it, in its own document or in the message's. */
  reads(text: string): Promise<void>
  /** Every field for a password in any document of any page of the browser, by address. */
  passwordFields(): Promise<string[]>
  /** Of every page of the browser. */
  addresses(): Promise<string[]>
  /** Keeps a picture of the screen where POSTERN_SHOTS names a directory. */
  shot(name: string, page?: Page): Promise<void>
  /** Another page of the extension than the portal in the mail: its window, its options. */
  ownPage(name: string): Controls & { page(): Promise<Page> }
}

export async function extensionPerson(
  opened: ExtensionBrowser,
  account: { url: string; address: string; password: string },
): Promise<ExtensionPerson> {
  const { kind, browser, extensionOrigin } = opened
  const reader = await roundcubePerson(opened, account)
  const { page } = reader
  const portalUrl = `${extensionOrigin}/portal.html`
  let shots = 0

  const portalFrame = async (): Promise<Frame | undefined> => {
    // Firefox does not tell puppeteer the address of an extension's frame; the frame itself does.
    for (const frame of page.frames().reverse()) {
      if ((await addressOf(frame)).startsWith(portalUrl)) return frame
    }
    return undefined
  }
  const roots = async (frame?: Frame): Promise<ClosedRoot[]> =>
    closedRoots(kind, page, frame ?? (await reader.mail()))

  return {
    ...reader,
    kind,
    portal: controlsIn(portalFrame, 'the portal in the page'),
    badges: async (frame) =>
      (await roots(frame)).flatMap(({ text, controls }) =>
        controls.length > 0 ? controls.map((one) => one.name) : [text],
      ),
    async pressBadge(name, frame) {
      let seen: string[] = []
      await until(`a badge ${name.source}`, async () => {
        const document = frame ?? (await reader.mail())
        seen = (await roots(document)).flatMap(({ controls }) => controls.map((one) => one.name))
        return (await pressInside(kind, page, document, name)) || undefined
      }).catch((error: unknown) => {
        throw new Error(`there is no badge ${name.source}, but: ${JSON.stringify(seen)}`, { cause: error })
      })
    },
    async reads(text) {
      let shown: string[] = []
      await until(`the message says “${text}”`, async () => {
        const texts = page
          .frames()
          .map((frame) => answer(frame.evaluate(() => document.body.innerText)).catch(() => ''))
        shown = await Promise.all(texts)
        return shown.some((one) => one.includes(text)) || undefined
      }).catch((error: unknown) => {
        throw new Error(`nothing says “${text}”, but:\n${shown.join('\n---\n')}`, { cause: error })
      })
    },
    async passwordFields() {
      const frames = (await browser.pages()).flatMap((one) => one.frames())
      const found = await Promise.all(
        frames.map((frame) =>
          answer(frame.evaluate(fieldsForPasswords))
            // A frame that is gone by now shows nothing.
            .catch(() => []),
        ),
      )
      return found.flat()
    },
    addresses: async () =>
      // Firefox lists pages that were closed for a while, without an address.
      Promise.all((await browser.pages()).map((one) => addressOf(one.mainFrame()))),
    async shot(name, of = page) {
      const directory = process.env['POSTERN_SHOTS']
      if (directory === undefined) return
      await mkdir(directory, { recursive: true })
      const number = String(++shots).padStart(2, '0')
      // Pictures are of what has come to rest.
      await sleep(400)
      await of.screenshot({ path: join(directory, `${kind}-${number}-${name}.png`) })
    },
    ownPage(name) {
      const find = async (): Promise<Page | undefined> => {
        for (const one of await browser.pages()) {
          if ((await addressOf(one.mainFrame())).startsWith(`${extensionOrigin}/${name}`)) return one
        }
        return undefined
      }
      const controls = controlsIn(async () => (await find())?.mainFrame(), `the page ${name}`)
      return { ...controls, page: () => until(`the page ${name} is open`, find) }
    },
  }
}

/** Runs in the page. */
function fieldsForPasswords(): string[] {
  const fields = document.querySelectorAll('input[type="password"], input[autocomplete*="password"]')
  return Array.from(fields, (field) => `${location.href} ${field.id}`)
}

function addressOf(frame: Frame): Promise<string> {
  return answer(frame.evaluate(() => location.href)).catch(() => '')
}
