import { PersonalChoice } from '../../pages/index.ts'
import { useOptions } from './context.ts'
import { Section } from './section.tsx'

/** The person's own picture and phrase. */
export function PersonalSection() {
  const { page, i18n, toasts, random } = useOptions()
  const { t } = i18n
  return (
    <Section id="personal" title={t('options.personal')} lead={t('options.personal.lead')}>
      <PersonalChoice
        personal={page.settings.value.personal}
        submit={t('options.personal.keep')}
        random={random}
        onChoose={async (personal) => {
          await page.change({ personal })
          toasts.show({ text: t('options.saved') })
        }}
      />
    </Section>
  )
}
