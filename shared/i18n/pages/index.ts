/** Words of the pages that are not the portal: home and outbox of the sandbox. Languages as in `portal/`. */
import { createI18n, type I18n, type Language, regionOf } from '../index.ts'
import { en } from './en.ts'

export type PageWords = typeof en
export type PagesI18n = I18n<PageWords>

export const english: PagesI18n = createI18n('en', en)

/**
 * Words of a language, dates and numbers by the reader's own kind of it.
 * @param wishes of the browser, IETF tags.
 * Rejects where its catalogue can't be fetched.
 */
export async function loadPagesI18n(language: Language, wishes: readonly string[]): Promise<PagesI18n> {
  const region = regionOf(language, wishes)
  if (language === 'en') return createI18n('en', en, { region })
  const catalogues = { de: async () => (await import('./de.ts')).de }
  // A translation has the same keys and parameters; the test of the catalogues holds it to that.
  return createI18n(language, (await catalogues[language]()) as unknown as PageWords, {
    region,
  })
}
