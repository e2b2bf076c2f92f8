import type { LaunchOptions } from 'puppeteer'
import { findProgram, missing } from './require.ts'

/** The path of a Firefox that puppeteer can drive: `POSTERN_FIREFOX`, or what is installed. Throws with what to do. */
export function findFirefox(): string {
  const path = process.env['POSTERN_FIREFOX'] ?? findProgram('firefox-esr', 'firefox')
  if (path === undefined) throw new Error(missing('firefox-esr') ?? 'there is no Firefox')
  return path
}

/**
 * How Firefox is started for tests with the extension.
 * @param uuids host of an extension's own pages (`moz-extension://<uuid>`), by its id; Firefox makes one up otherwise.
 * @param downloads where files go without a question.
 */
export function firefoxOptions(uuids: Readonly<Record<string, string>>, downloads: string): LaunchOptions {
  return {
    browser: 'firefox',
    executablePath: findFirefox(),
    headless: true,
    // Without it a test may not open pages of an extension (reference/testbeds.md section 2).
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: {
      'extensions.webextensions.uuids': JSON.stringify(uuids),
      'intl.locale.requested': 'en-US',
      'intl.accept_languages': 'en-US, en',
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'browser.download.useDownloadDir': true,
      'browser.download.alwaysOpenPanel': false,
      // Files are saved as they are, whatever Firefox could show itself.
      'browser.download.open_pdf_attachments_inline': false,
    },
  }
}
