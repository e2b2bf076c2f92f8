import { Switch } from '../../../shared/ui/index.ts'
import { useOptions } from './context.ts'
import { ByPolicy, Section } from './section.tsx'
import './reading-section.css'

const places = ['inline', 'window'] as const

/** Where passwords are typed, and whether rewritten links are decoded. */
export function ReadingSection() {
  const { page, i18n, attempt } = useOptions()
  const { t } = i18n
  const { passwords, unwrap, locked } = page.settings.value
  const fixed = locked.includes('passwords')
  return (
    <Section id="reading" title={t('options.reading')}>
      <fieldset class="radios">
        <legend>{t('options.passwords')}</legend>
        {fixed ? <ByPolicy /> : null}
        {places.map((place) => (
          <label key={place} class="radios__one">
            <input
              type="radio"
              name="passwords"
              value={place}
              checked={passwords === place}
              disabled={fixed}
              onChange={() => attempt(() => page.change({ passwords: place }))}
            />
            <span>
              {t(`options.passwords.${place}`)}
              <span class="radios__hint">{t(`options.passwords.${place}-hint`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div>
        {locked.includes('unwrap') ? <ByPolicy /> : null}
        <Switch
          label={t('options.unwrap')}
          hint={t('options.unwrap-hint')}
          on={unwrap}
          locked={locked.includes('unwrap')}
          onChange={(on) => attempt(() => page.change({ unwrap: on }))}
        />
      </div>
    </Section>
  )
}
