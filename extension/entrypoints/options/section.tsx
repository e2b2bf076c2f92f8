import type { ComponentChildren } from 'preact'
import { Icon } from '../../../shared/ui/index.ts'
import { useOptions } from './context.ts'
import './section.css'

interface SectionProps {
  /** Also what links lead to. */
  id: string
  title: string
  lead?: string
  children: ComponentChildren
}

/** One matter of the options, on a sheet of its own. */
export function Section({ id, title, lead, children }: SectionProps) {
  return (
    <section class="section" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {lead === undefined ? null : <p class="muted section__lead">{lead}</p>}
      {children}
    </section>
  )
}

/** Said beside what policy has set. */
export function ByPolicy() {
  const { i18n } = useOptions()
  return (
    <p class="by-policy">
      <Icon name="lock" />
      {i18n.t('options.policy')}
    </p>
  )
}
