import { chooseLanguage } from '../../shared/i18n/index.ts'
import { english, loadPagesI18n, type PagesI18n } from '../../shared/i18n/pages/index.ts'
import { browserLanguages } from './languages.ts'

/** Words in the language of the browser; English where they can't be fetched. */
export async function pageWords(): Promise<PagesI18n> {
  const { chosen, wished } = browserLanguages(window)
  const i18n = await loadPagesI18n(chooseLanguage([chosen, ...wished]), wished).catch(() => english)
  document.documentElement.lang = i18n.language
  document.documentElement.dir = i18n.direction
  return i18n
}
