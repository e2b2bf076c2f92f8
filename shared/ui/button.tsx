import type { ButtonHTMLAttributes, ComponentChildren, Ref } from 'preact'
import { Icon, type IconName } from './icon.tsx'
import { Spinner } from './spinner.tsx'
import './button.css'

type Native = Omit<ButtonHTMLAttributes, 'icon' | 'label' | 'class' | 'size'>

interface ButtonProps extends Native {
  /** `primary` once a screen; `quiet` has no edge until pointed at; `danger` for what cannot be undone. */
  look?: 'primary' | 'plain' | 'quiet' | 'danger'
  icon?: IconName
  /** Words for what is under way; while set, the button shows a spinner and does nothing. */
  busy?: string | undefined
  /** As wide as its place. */
  wide?: boolean
  buttonRef?: Ref<HTMLButtonElement>
  children: ComponentChildren
}

export function Button({ look = 'plain', icon, busy, wide, buttonRef, children, ...rest }: ButtonProps) {
  const working = busy !== undefined
  const { onClick, type = 'button', ...native } = rest
  return (
    <button
      {...native}
      type={type}
      {...(buttonRef === undefined ? {} : { ref: buttonRef })}
      class={`button button_${look}${wide ? ' button_wide' : ''}`}
      aria-disabled={working ? 'true' : undefined}
      onClick={(event) => {
        if (working) event.preventDefault()
        else onClick?.call(event.currentTarget, event)
      }}
    >
      {working ? <Spinner small label={busy} /> : icon ? <Icon name={icon} /> : null}
      <span class="button__words">{children}</span>
    </button>
  )
}

interface IconButtonProps extends Native {
  icon: IconName
  /** Accessible name, also shown as a tip. */
  label: string
  /** For buttons that stay down. */
  pressed?: boolean | undefined
  buttonRef?: Ref<HTMLButtonElement>
}

/** A button with only a drawing. */
export function IconButton({ icon, label, pressed, buttonRef, type = 'button', ...native }: IconButtonProps) {
  return (
    <button
      {...native}
      type={type}
      {...(buttonRef === undefined ? {} : { ref: buttonRef })}
      class="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
    >
      <Icon name={icon} />
    </button>
  )
}

interface LinkButtonProps {
  href: string
  target?: '_blank'
  rel?: string
  download?: string
  onClick?: (event: MouseEvent) => void
  look?: 'primary' | 'plain' | 'quiet'
  icon?: IconName
  wide?: boolean
  children: ComponentChildren
}

/** A link that looks like a button: it goes somewhere, it does nothing. */
export function LinkButton({ look = 'plain', icon, wide, children, ...native }: LinkButtonProps) {
  return (
    <a {...native} class={`button button_${look}${wide ? ' button_wide' : ''}`}>
      {icon ? <Icon name={icon} /> : null}
      <span class="button__words">{children}</span>
    </a>
  )
}
