import type { Personal } from '../protocol.ts'
import { usePage } from './page.ts'
import { isPictureName, Picture } from './pictures.tsx'
import './personal-card.css'

/**
 * The person's own picture and phrase, above every place where a password is typed. A page can imitate everything
 * else of the extension; this it does not know.
 */
export function PersonalCard({ personal }: { personal: Personal }) {
  const { t } = usePage()
  const { picture, phrase } = personal
  return (
    <div class="personal-card" role="group" aria-label={t('personal.label')}>
      {isPictureName(picture) ? <Picture name={picture} label={t(`personal.picture.${picture}`)} /> : null}
      <div class="personal-card__words">
        <p class="personal-card__phrase wrap-anywhere" dir="auto">
          {phrase}
        </p>
        <p class="personal-card__why">{t('personal.why')}</p>
      </div>
    </div>
  )
}
