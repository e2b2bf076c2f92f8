import type { Browser, Page } from 'puppeteer'
import { type ExtensionScreen } from './extension-screens.ts'
import { type ExtensionState, plainState, serveExtension, standInBrowser } from './extension-stand-in.ts'
import type { Look } from './screen-page.ts'

export interface OpenExtension extends AsyncDisposable {
  readonly page: Page
  /** What the browser complained about: scripts, policy, missing files. */
  readonly complaints: readonly string[]
  /** What was asked of background and browser, in order. */
  asked(): Promise<Record<string, unknown>[]>
}

/** Goes to a screen of the extension's own pages and waits until it is drawn. */
export async function openExtension(
  browser: Browser,
  folder: string,
  screen: ExtensionScreen,
  look: Look,
): Promise<OpenExtension> {
  const served = await serveExtension(folder)
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error instanceof Error ? error.message : 'unknown error'))
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type()))
      complaints.push(`${message.text()} ${message.location().url ?? ''}`)
  })
  await page.setViewport({
    width: look.width,
    height: look.height,
    hasTouch: look.touch ?? false,
    isMobile: look.touch ?? false,
  })
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: look.dark ? 'dark' : 'light' },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ])
  const state: ExtensionState = { ...plainState, ...screen.state }
  await page.evaluateOnNewDocument(standInBrowser, {
    ...state,
    settings: { ...state.settings, language: state.settings.language ?? look.language ?? 'en' },
  })
  await page.goto(`${served.url}/${screen.page}.html${screen.hash ?? ''}`)
  await page.waitForSelector('#root > *')
  await screen.go?.(page)
  await page.waitForSelector(screen.ready)
  if (look.rightToLeft)
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl'
    })
  // Skeletons and spinners come after 150 ms, and typing is over after 180.
  await new Promise((resolve) => setTimeout(resolve, 350))
  return {
    page,
    complaints,
    asked: () => page.evaluate(() => (globalThis as unknown as { asked: Record<string, unknown>[] }).asked),
    [Symbol.asyncDispose]: async () => {
      await context.close()
      await served[Symbol.asyncDispose]()
    },
  }
}
