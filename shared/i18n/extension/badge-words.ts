import type { Language } from '../index.ts'
import { createI18n } from '../index.ts'
import { popup as de } from './de/popup.ts'
import { popup as en } from './en/popup.ts'

/** Every language's, at once, as in page-words.ts. */
const counts = { en: en['popup.unread-count'], de: de['popup.unread-count'] } satisfies Record<
  Language,
  object
>

/** How many messages are unread, in words: for the toolbar button, whose badge a screen reader doesn't say. */
export function unreadWords(language: Language, count: number): string {
  return createI18n(language, { unread: counts[language] }).t('unread', { count })
}
