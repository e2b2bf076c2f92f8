import { isLanguage, languages } from '../i18n/index.ts'
import { Menu } from '../ui/index.ts'
import { usePortal } from './context.ts'

/** Items that change the language, each in its own words. */
export function useLanguageItems() {
  const { language } = usePortal()
  const current = language.current.value
  return Object.entries(languages).flatMap(([tag, label]) =>
    isLanguage(tag) ? [{ label, lang: tag, checked: tag === current, run: () => language.choose(tag) }] : [],
  )
}

export function LanguageMenu() {
  const { t, language } = usePortal()
  const current = languages[language.current.value]
  return (
    <Menu label={`${t('shell.language')}: ${current}`} icon="globe" groups={[useLanguageItems()]}>
      <span class="small">{current}</span>
    </Menu>
  )
}
