import { chooseLanguage, isLanguage, languages } from '../../../shared/i18n/index.ts'
import { Choice } from '../../../shared/ui/index.ts'
import { useOptions } from './context.ts'
import { ByPolicy, Section } from './section.tsx'
import './appearance-section.css'

const looks = ['system', 'light', 'dark'] as const

/** Language and appearance of all pages of the extension, the inline portal included. */
export function AppearanceSection() {
  const { page, i18n, attempt } = useOptions()
  const { t } = i18n
  const { language, appearance, locked } = page.settings.value
  const browsers = languages[chooseLanguage(navigator.languages)]
  const chosen = chooseLanguage([language])
  return (
    <Section id="appearance" title={t('options.appearance')}>
      <div class="appearance">
        {locked.includes('language') ? (
          <Fixed label={t('options.language')} value={languages[chosen]} />
        ) : (
          <Choice
            label={t('options.language')}
            value={language === null ? '' : chosen}
            options={[
              { value: '', label: t('options.language.browser', { language: browsers }) },
              ...Object.entries(languages).map(([value, label]) => ({ value, label })),
            ]}
            onChange={(value) => attempt(() => page.change({ language: isLanguage(value) ? value : null }))}
          />
        )}
        {locked.includes('appearance') ? (
          <Fixed label={t('options.look')} value={t(`options.look.${appearance}`)} />
        ) : (
          <Choice
            label={t('options.look')}
            value={appearance}
            options={looks.map((value) => ({ value, label: t(`options.look.${value}`) }))}
            onChange={(value) => {
              const look = looks.find((one) => one === value)
              if (look) attempt(() => page.change({ appearance: look }))
            }}
          />
        )}
      </div>
    </Section>
  )
}

function Fixed({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <p class="field__label">{label}</p>
      <p>{value}</p>
      <ByPolicy />
    </div>
  )
}
