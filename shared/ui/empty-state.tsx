import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'
import './empty-state.css'

interface EmptyStateProps {
  /** A drawing, or nodes such as the mark. */
  icon?: IconName
  picture?: ComponentChildren
  title: string
  /** What this place is for and what to do. */
  children?: ComponentChildren
  actions?: ComponentChildren
  /** 1 where it is the whole page. */
  level?: 1 | 2
  /** `warning` where something is wrong or not to be trusted. */
  tone?: 'quiet' | 'warning'
  /** Read out when it takes the place of something. */
  announce?: boolean
}

/** A place with nothing in it, or where something could not be had: says why and what to do. */
export function EmptyState({
  icon,
  picture,
  title,
  children,
  actions,
  tone = 'quiet',
  level = 2,
  announce,
}: EmptyStateProps) {
  const Heading = level === 1 ? 'h1' : 'h2'
  return (
    <div class={`empty-state empty-state_${tone}`} {...(announce ? { role: 'status' } : {})}>
      <div class="empty-state__picture">{picture ?? (icon ? <Icon name={icon} /> : null)}</div>
      <Heading class="empty-state__title">{title}</Heading>
      {children === undefined ? null : <div class="empty-state__words">{children}</div>}
      {actions === undefined ? null : <div class="empty-state__actions">{actions}</div>}
    </div>
  )
}
