import { chooseLanguage, type Language } from '../../shared/i18n/index.ts'
import type { SettingsDesk } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

export interface Languages {
  /** The person's own choice, else the browser's. */
  now(): Promise<Language>
}

export function createLanguages(
  settings: Pick<SettingsDesk, 'read'>,
  { browser }: Pick<Surroundings, 'browser'>,
): Languages {
  return {
    async now() {
      const { language } = await settings.read()
      return chooseLanguage([
        language,
        browser.i18n.getUILanguage(),
        ...(await browser.i18n.getAcceptLanguages()),
      ])
    },
  }
}
