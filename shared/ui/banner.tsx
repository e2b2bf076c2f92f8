import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'
import './banner.css'

type Tone = 'info' | 'good' | 'warning' | 'error'

const icons: Record<Tone, IconName> = {
  info: 'info',
  good: 'check-circle',
  warning: 'warning',
  error: 'error',
}

interface BannerProps {
  tone?: Tone
  icon?: IconName
  /** First line, in bold. */
  title?: string
  /** Buttons at the end. */
  actions?: ComponentChildren
  /** Read out as soon as it appears. */
  announce?: boolean
  children?: ComponentChildren
}

/** Something to know about the whole screen. Tone is said by shape and words, colour only helps. */
export function Banner({ tone = 'info', icon, title, actions, announce, children }: BannerProps) {
  return (
    <div
      class={`banner banner_${tone}`}
      {...(announce ? { role: tone === 'error' ? 'alert' : 'status' } : {})}
    >
      <Icon name={icon ?? icons[tone]} />
      <div class="banner__words">
        {title === undefined ? null : <p class="banner__title">{title}</p>}
        {children}
      </div>
      {actions === undefined ? null : <div class="banner__actions">{actions}</div>}
    </div>
  )
}
