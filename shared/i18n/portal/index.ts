/**
 * Words of the portal's screens. English stands in the first load, other languages are fetched when chosen.
 * A catalogue is made of sections, one file for each group of screens; keys begin with the section.
 */
import { createI18n, type I18n, type Language, regionOf } from '../index.ts'
import { en } from './en/index.ts'
import type { PortalWords } from './words.ts'

export type PortalI18n = I18n<PortalWords>

/** Words and formats, at once: for the first picture, before another language is here. */
export const english: PortalI18n = createI18n('en', en)

/**
 * Words of a language, dates and numbers by the reader's own kind of it.
 * @param wishes of the browser, IETF tags.
 * Rejects where its catalogue can't be fetched.
 */
export async function loadPortalI18n(language: Language, wishes: readonly string[]): Promise<PortalI18n> {
  const region = regionOf(language, wishes)
  if (language === 'en') return createI18n('en', en, { region })
  const catalogues = { de: async () => (await import('./de/index.ts')).de }
  // A translation has the same keys and parameters; the test of the catalogues holds it to that.
  return createI18n(language, (await catalogues[language]()) as unknown as PortalWords, {
    region,
  })
}
