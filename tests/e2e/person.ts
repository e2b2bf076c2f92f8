import puppeteer, { type Browser, type Page } from 'puppeteer'
import { launchOptions } from '../peers/browser.ts'
import type { TestGateway } from '../fixtures/gateway.ts'

/** One browser for a file of stories; each person has a context (cookies) of their own. */
export async function openBrowser(): Promise<Browser> {
  const { executablePath, args } = await launchOptions()
  return puppeteer.launch({
    executablePath,
    args: [...args, '--disable-gpu', '--disable-background-networking'],
    headless: true,
  })
}

/**
 * What a person does and sees in a browser. Controls are found by role and accessible name alone, as assistive
 * technology finds them: the names are part of the promise.
 */
export interface Person {
  readonly page: Page
  /** Opens an address of the gateway: a path, or the whole URL of a link. */
  go(url: string): Promise<void>
  /** Replaces what stands in a field, as pasted text. */
  fill(name: string, text: string): Promise<void>
  press(name: string, role?: string): Promise<void>
  /** Waits until a text stands on the screen. */
  sees(text: string | RegExp): Promise<void>
  /** Waits until the message frame shows a text. */
  reads(text: string): Promise<void>
  /** All text on the screen now. */
  text(): Promise<string>
  /** What stands in a field. */
  valueOf(name: string): Promise<string>
  /** Signs in with the steps of the portal. */
  signIn(address: string, password: string): Promise<void>
  /** Signs in for the first time and chooses a password. */
  firstSignIn(address: string, temporary: string, chosen: string): Promise<void>
  leave(): Promise<void>
}

/** @param errors collects what the page's console and scripts complain about; stories expect it to stay empty. */
export async function person(browser: Browser, gateway: TestGateway, errors: string[]): Promise<Person> {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.setViewport({ width: 1280, height: 860 })
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    // The gateway's own refusals (401, 400) are answers that the portal puts into words.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text())
  })

  const find = (name: string, role: string) => page.locator(`::-p-aria([name="${name}"][role="${role}"])`)
  const here = (url: string) =>
    new URL(url, gateway.origin).href.replace(
      gateway.origin,
      gateway.httpUrl.replace('127.0.0.1', 'localhost'),
    )

  const self: Person = {
    page,
    async go(url) {
      await page.goto(here(url), { waitUntil: 'networkidle2' })
    },
    async fill(name, text) {
      await find(name, 'textbox').fill(text)
    },
    async press(name, role = 'button') {
      await find(name, role).click()
    },
    async sees(text) {
      const [source, flags] = text instanceof RegExp ? [text.source, text.flags] : [escape(text), '']
      await page
        .waitForFunction(
          (s: string, f: string) => new RegExp(s, f).test(document.body.innerText),
          {},
          source,
          flags,
        )
        .catch(async (error: unknown) => {
          throw new Error(`“${String(text)}” is not on the screen, but:\n${await self.text()}`, {
            cause: error,
          })
        })
    },
    async reads(text) {
      const deadline = Date.now() + 15_000
      let shown: string[] = []
      while (Date.now() < deadline) {
        shown = await Promise.all(
          page
            .frames()
            .filter((frame) => frame !== page.mainFrame())
            .map((frame) => frame.evaluate(() => document.body.innerText).catch(() => '')),
        )
        if (shown.some((one) => one.includes(text)) || (await self.text()).includes(text)) return
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      throw new Error(
        `the message does not say “${text}”, but: ${JSON.stringify(shown)}\n${await self.text()}`,
      )
    },
    text: () => page.evaluate(() => document.body.innerText),
    async valueOf(name) {
      const handle = await find(name, 'textbox').waitHandle()
      return handle.evaluate((element) => (element instanceof HTMLInputElement ? element.value : ''))
    },
    async signIn(address, password) {
      if ((await self.valueOf('Email Address')) !== address) await self.fill('Email Address', address)
      await self.press('Next')
      await self.fill('Password', password)
      await self.press('Log In')
    },
    async firstSignIn(address, temporary, chosen) {
      await self.signIn(address, temporary)
      await self.fill('New Password', chosen)
      await self.fill('Confirm Password', chosen)
      await self.press('Confirm')
    },
    leave: () => context.close(),
  }
  return self
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
