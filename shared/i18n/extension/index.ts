/**
 * Words of the extension's own pages, and of what it writes into webmail pages (`pageWords`). English stands in the
 * first load, other languages are fetched when chosen. Sections as in `portal/`, one file for each page.
 */
import { createI18n, type I18n, type Language, regionOf } from '../index.ts'
import { en } from './en/index.ts'
import type { ExtensionWords } from './words.ts'

export { unreadWords } from './badge-words.ts'
export { pageWords } from './page-words.ts'
export type ExtensionI18n = I18n<ExtensionWords>

/** Words and formats, at once: for the first picture, before another language is here. */
export const english: ExtensionI18n = /* @__PURE__ */ createI18n('en', en)

/**
 * Words of a language, dates and numbers by the reader's own kind of it.
 * @param wishes of the browser, IETF tags.
 * Rejects where its catalogue can't be fetched.
 */
export async function loadExtensionI18n(
  language: Language,
  wishes: readonly string[],
): Promise<ExtensionI18n> {
  const region = regionOf(language, wishes)
  if (language === 'en') return createI18n('en', en, { region })
  const catalogues = { de: async () => (await import('./de/index.ts')).de }
  // A translation has the same keys and parameters; the test of the catalogues holds it to that.
  return createI18n(language, (await catalogues[language]()) as unknown as ExtensionWords, { region })
}
