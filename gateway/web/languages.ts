import { isLanguage, type Language } from '../../shared/i18n/index.ts'

const key = 'postern.language'

/** What the browser wishes, and the choice a person made in this browser. */
export function browserLanguages(window: Window): {
  wished: readonly string[]
  chosen: Language | null
  keep(language: Language): void
} {
  const stored = attempt(() => window.localStorage.getItem(key))
  return {
    wished: window.navigator.languages,
    chosen: stored && isLanguage(stored) ? stored : null,
    keep: (language) => {
      attempt(() => window.localStorage.setItem(key, language))
    },
  }
}

/** A browser may forbid storage; then a choice lasts as long as the page. */
function attempt<T>(job: () => T): T | undefined {
  try {
    return job()
  } catch {
    return undefined
  }
}
