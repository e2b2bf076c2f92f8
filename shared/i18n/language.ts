/** Languages of the portal, each under its own name. A language is offered once its catalogue is whole. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
} as const

export type Language = keyof typeof languages

/** ISO 15924-less: languages we know that run from right to left. */
const rightToLeft: ReadonlySet<string> = new Set(['ar', 'he', 'fa', 'ur'])

export function directionOf(language: string): 'ltr' | 'rtl' {
  return rightToLeft.has(language.split('-', 1)[0] ?? '') ? 'rtl' : 'ltr'
}

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(languages, tag)
}

/** The reader's own kind of a language (`en-GB` for `en`), by which dates are written; the language where none is told. */
export function regionOf(language: Language, wishes: readonly string[]): string {
  return wishes.find((wish) => wish.toLowerCase().startsWith(`${language}-`)) ?? language
}

/**
 * The language to speak.
 * @param wishes IETF tags, the strongest first (the person's own, then the browser's); null and unknown ones are
 *   passed over, a region counts only where we have it.
 */
export function chooseLanguage(wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const tag = wish?.toLowerCase() ?? ''
    const [base = ''] = tag.split('-')
    if (isLanguage(tag)) return tag
    if (isLanguage(base)) return base
  }
  return 'en'
}
