import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer'
import { z } from 'zod'
import { launchOptions } from './browser.ts'
import { type BrowserKind, builtExtension } from './extension-build.ts'
import { firefoxOptions } from './firefox.ts'
import { temporaryDirectory } from './temporary.ts'

/** A real browser with the extension installed, fresh: nothing trusted, nobody signed in. */
export interface ExtensionBrowser extends AsyncDisposable {
  readonly kind: BrowserKind
  readonly browser: Browser
  /** Of the extension's own pages, such as `chrome-extension://...`. */
  readonly extensionOrigin: string
  /** Directory in which what a person downloads is found. */
  readonly downloads: string
  /** Opens a page of the extension in a tab. @param path such as `options.html`. */
  openOwnPage(path: string): Promise<Page>
}

const Manifest = z.object({
  browser_specific_settings: z.object({ gecko: z.object({ id: z.string() }) }).optional(),
})

/** Of the extension's pages in Firefox, which makes one up for every profile otherwise. */
const firefoxUuid = '5e0b7a52-9d6c-4d0e-8a37-7c1f3b9e2d41'

/** @param extension directory of a build; made from the sources of now where left out. */
export async function openBrowserWithExtension(
  kind: BrowserKind,
  { extension }: { extension?: string } = {},
): Promise<ExtensionBrowser> {
  const directory = extension ?? (await builtExtension(kind))
  await using starting = new AsyncDisposableStack()
  const { path: downloads } = starting.use(await temporaryDirectory('downloads'))
  const browser = await puppeteer.launch(await optionsFor(kind, directory, downloads))
  starting.defer(() => browser.close())
  const id = await browser.installExtension(directory)
  const extensionOrigin = kind === 'chrome' ? `chrome-extension://${id}` : `moz-extension://${firefoxUuid}`
  const living = starting.move()
  return {
    kind,
    browser,
    extensionOrigin,
    downloads,
    async openOwnPage(path) {
      const page = await browser.newPage()
      const url = `${extensionOrigin}/${path}`
      // Firefox opens the page but never says so: what counts is that the document is there.
      const opened = page.goto(url).catch(() => undefined)
      if (kind === 'chrome') await opened
      await page.waitForFunction((wanted: string) => location.href === wanted, {}, url)
      return page
    },
    [Symbol.asyncDispose]: () => living.disposeAsync(),
  }
}

async function optionsFor(kind: BrowserKind, directory: string, downloads: string): Promise<LaunchOptions> {
  if (kind === 'chrome') {
    const { executablePath, args } = await launchOptions()
    return {
      executablePath,
      headless: true,
      pipe: true,
      enableExtensions: true,
      args: [...args, '--disable-gpu', '--disable-background-networking', '--lang=en-US'],
      env: { ...process.env, LANGUAGE: 'en_US' },
      downloadBehavior: { policy: 'allow', downloadPath: downloads },
    }
  }
  const manifest = Manifest.parse(JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')))
  const id = manifest.browser_specific_settings?.gecko.id ?? ''
  return firefoxOptions({ [id]: firefoxUuid }, downloads)
}
