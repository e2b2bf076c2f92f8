import type { ElementHandle, Frame, Page } from 'puppeteer'
import type { ExtensionBrowser } from '../peers/extension.ts'
import { until } from './controls.ts'

/** A person in Roundcube: what anybody does there, with or without the extension. */
export interface RoundcubePerson {
  readonly page: Page
  /** Opens a message of the inbox, waiting for it to arrive. */
  open(subject: RegExp): Promise<Frame>
  /** The message that is open. */
  mail(): Promise<Frame>
  /** Leaves what is open, an unsent mail as well. */
  inbox(): Promise<void>
  /** Begins a reply to the message that is open, in Roundcube's own composer. */
  reply(): Promise<void>
}

/** Signs in to a webmail in a fresh tab. */
export async function roundcubePerson(
  { browser }: Pick<ExtensionBrowser, 'browser'>,
  { url, address, password }: { url: string; address: string; password: string },
): Promise<RoundcubePerson> {
  const page = await browser.newPage()
  await page.setViewport({ width: 1280, height: 900 })
  // Roundcube asks before it drops an unsent mail. Nothing else may ask anything.
  page.on('dialog', (dialog) => void (dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss()))
  await page.goto(url)
  await page.type('#rcmloginuser', address)
  await page.type('#rcmloginpwd', password)
  await page.click('#rcmloginsubmit')
  await page.waitForSelector('#messagelist')

  /** Nothing is asked of Roundcube that is not answered yet. */
  const idle = () =>
    page.waitForFunction(
      () =>
        !(window as unknown as { rcmail: { busy: boolean } }).rcmail.busy &&
        document.readyState === 'complete',
      { polling: 100 },
    )

  /** Roundcube looks for new mail once a minute; a person who waits for some presses Inbox. */
  const row = (subject: RegExp): Promise<ElementHandle> => {
    const seen = new Set<string>()
    return until(`a message ${subject.source} is in the inbox`, async () => {
      await idle()
      for (const line of await page.$$('#messagelist tr.message')) {
        const text = (await line.$eval('td.subject span.subject', (cell) => cell.textContent)).trim()
        seen.add(JSON.stringify(text))
        if (subject.test(text)) return (await line.$('td.subject a')) ?? undefined
      }
      await page.locator('#mailboxlist a[rel="INBOX"]').click()
      return undefined
    }).catch((error: unknown) => {
      throw new Error(`the inbox has only ${[...seen].join(', ')}`, { cause: error })
    })
  }

  const self: RoundcubePerson = {
    page,
    async open(subject) {
      const line = await row(subject)
      await line.asLocator().click()
      return until('the message is shown', async () => {
        const frame = await self.mail()
        const shown = await frame.$eval('h2.subject', (heading) => heading.textContent)
        return subject.test(shown.replace(/^\s*Subject:/, '').trim()) ? frame : undefined
      })
    },
    mail: () =>
      until('the message frame is there', async () => {
        const element = await page.$('#messagecontframe')
        return (await element?.contentFrame()) ?? undefined
      }),
    async inbox() {
      await page.goto(url)
      await page.waitForSelector('#messagelist')
    },
    async reply() {
      await page.locator('a.reply[data-content-button][aria-disabled="false"]').click()
      await page.waitForSelector('#composebody')
    },
  }
  return self
}
