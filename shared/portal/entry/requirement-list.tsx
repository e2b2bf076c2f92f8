import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { requirementNames, type Ticks } from './requirements.ts'
import './requirement-list.css'

/** The requirements, ticked as they are met. Said aloud a while after typing has stopped. */
export function RequirementList({ ticks, id }: { ticks: Ticks; id: string }) {
  const { t } = usePortal()
  const count = requirementNames.filter((name) => ticks[name]).length
  const [said, setSaid] = useState('')
  const words = t('password.progress', { count, total: requirementNames.length })
  useEffect(() => {
    if (count === 0) return
    const timer = setTimeout(() => setSaid(words), 800)
    return () => clearTimeout(timer)
  }, [words])
  return (
    <div class="requirements" id={id}>
      <p class="requirements__title">{t('password.requirements')}</p>
      <ul>
        {requirementNames.map((name) => (
          <li key={name} class={ticks[name] ? 'requirements__met' : undefined} data-requirement={name}>
            <Icon name={ticks[name] ? 'check-circle' : 'circle'} />
            <span>
              <span class="unseen">{t(ticks[name] ? 'password.met' : 'password.unmet')} </span>
              {t(`password.requirement.${name}`)}
            </span>
          </li>
        ))}
      </ul>
      <p class="requirements__tip">{t('password.tip')}</p>
      <p class="unseen" role="status">
        {said}
      </p>
    </div>
  )
}
