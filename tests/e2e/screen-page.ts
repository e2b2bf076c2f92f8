import type { Browser, Page } from 'puppeteer'
import type { Screen } from './screens.ts'
import { type StandIn, startStandIn } from './stand-in.ts'

export interface Look {
  readonly width: number
  readonly height: number
  readonly dark?: boolean
  readonly touch?: boolean
  readonly language?: 'en' | 'de'
  /** Lays the page out from right to left, as Arabic will. */
  readonly rightToLeft?: boolean
}

export interface OpenScreen extends AsyncDisposable {
  readonly page: Page
  readonly standIn: StandIn
  /** What the browser complained about: scripts, policy, missing files. Refusals of the gateway are none. */
  readonly complaints: readonly string[]
}

/** Goes to a screen in a browser of its own and waits until it is drawn. */
export async function openScreen(browser: Browser, screen: Screen, look: Look): Promise<OpenScreen> {
  const standIn = await startStandIn({ empty: screen.empty ?? false, many: 60 })
  screen.prepare?.(standIn)
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error instanceof Error ? error.message : 'unknown error'))
  page.on('console', (message) => {
    const expected = /the server responded with a status of 4|net::ERR_EMPTY_RESPONSE/.test(message.text())
    if (!expected && ['error', 'warn'].includes(message.type())) complaints.push(message.text())
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
  await page.evaluateOnNewDocument(prepareDocument, look.language ?? 'en', look.rightToLeft ?? false)
  await page.goto(standIn.url + screen.path)
  await screen.go?.(page, standIn)
  await page.waitForSelector(screen.ready)
  // Skeletons and spinners come after 150 ms; what is still moving then belongs to the screen.
  await new Promise((resolve) => setTimeout(resolve, 300))
  return {
    page,
    standIn,
    complaints,
    [Symbol.asyncDispose]: async () => {
      await context.close()
      await standIn[Symbol.asyncDispose]()
    },
  }
}

/** Runs in the page, before any script of it. */
function prepareDocument(language: string, rightToLeft: boolean): void {
  // Frames of messages have no storage of their own.
  if (window !== window.top) return
  // The frame of a message has no storage.
  if (window.top !== window) return
  localStorage.setItem('postern.language', language)
  if (!rightToLeft) return
  new MutationObserver(() => {
    const root = document.querySelector('html')
    if (root && root.dir !== 'rtl') root.dir = 'rtl'
  }).observe(document, { attributes: true, childList: true, subtree: true })
}
