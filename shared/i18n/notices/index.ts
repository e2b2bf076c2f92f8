/**
 * The words of notices, a catalogue apart from the screens': the gateway alone needs it, the pages never load it.
 * Knows Intl only. Promises: every catalogue has every word (the type says so), and an unknown language is English.
 */
import { de } from './de.ts'
import { en } from './en.ts'
import type { NoticeWords } from './words.ts'

export { formatMoment } from './moment.ts'
export type { NoticeWords } from './words.ts'

const catalogues: readonly NoticeWords[] = [en, de]

/** IETF tags of the languages that notices can be written in. */
export const noticeLanguages: readonly string[] = catalogues.map((words) => words.language)

/**
 * The words for a language tag, and the locale to format with: the tag itself where it names a region (`en-US`),
 * so that a date looks as its reader writes it.
 */
export function noticeWords(tag: string): { words: NoticeWords; locale: string } {
  const known = localeOf(tag)
  const words = catalogues.find(({ language }) => language === known?.language) ?? en
  const locale =
    known?.region !== undefined && known.language === words.language ? known.baseName : words.locale
  return { words, locale }
}

function localeOf(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag)
  } catch {
    // What is not a tag (RangeError) names no language.
    return undefined
  }
}
