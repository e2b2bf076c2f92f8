import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'
import './menu.css'

export interface MenuItem {
  readonly label: string
  readonly icon?: IconName
  /** Set where the item is one of several of which one holds. */
  readonly checked?: boolean
  /** BCP 47 tag where the label is in a language of its own. */
  readonly lang?: string
  readonly run: () => void
}

interface MenuProps {
  /** Accessible name of the button; also its tip where it shows only an icon. */
  label: string
  icon?: IconName
  /** What the button shows; without it only the icon. */
  children?: ComponentChildren
  /** Groups are parted by a line. */
  groups: readonly (readonly MenuItem[])[]
  /** Shown above the items. */
  head?: ComponentChildren
  /** Edge of the button at which the list stands. */
  align?: 'start' | 'end'
}

/** A button with a list of actions: arrows, Home, End, first letters, Escape (ARIA APG menu button). */
export function Menu({ label, icon, children, groups, head, align = 'end' }: MenuProps) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()

  const items = () => [...(root.current?.querySelectorAll<HTMLElement>('.menu__item') ?? [])]
  const close = (refocus: boolean) => {
    setOpen(false)
    if (refocus) button.current?.focus()
  }

  // Before the list is seen: the next key must already meet its first item.
  useLayoutEffect(() => {
    if (!open) return
    const all = items()
    ;(all.find((item) => item.getAttribute('aria-checked') === 'true') ?? all[0])?.focus()
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false)
    }
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  }, [open])

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) {
      if (event.key === 'ArrowDown') {
        event.preventDefault()
        setOpen(true)
      }
      return
    }
    const all = items()
    const at = all.findIndex((item) => item === document.activeElement)
    const go = (index: number) => all.at(index % all.length)?.focus()
    if (event.key === 'Tab') {
      setOpen(false)
      return
    }
    if (event.key === 'Escape') close(true)
    else if (event.key === 'ArrowDown') go(at + 1)
    else if (event.key === 'ArrowUp') go(at - 1)
    else if (event.key === 'Home') go(0)
    else if (event.key === 'End') go(-1)
    else if (/^\p{L}$/u.test(event.key)) {
      const letter = event.key.toLowerCase()
      const order = [...all.slice(at + 1), ...all.slice(0, at + 1)]
      order.find((item) => item.textContent.trim().toLowerCase().startsWith(letter))?.focus()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div class="menu" ref={root} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        class={children === undefined ? 'icon-button' : 'menu__button'}
        aria-label={label}
        title={children === undefined ? label : undefined}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {icon === undefined ? null : <Icon name={icon} />}
        {children}
      </button>
      {open ? (
        <div class={`menu__list menu__list_${align}`}>
          {head === undefined ? null : <div class="menu__head">{head}</div>}
          <div role="menu" id={id} aria-label={label}>
            {groups.map((group, index) => (
              <div key={index} role="group" class="menu__group">
                {group.map((item) => (
                  <button
                    key={item.label}
                    type="button"
                    class="menu__item"
                    tabIndex={-1}
                    role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
                    aria-checked={item.checked}
                    lang={item.lang}
                    onClick={() => {
                      close(true)
                      item.run()
                    }}
                  >
                    {item.checked === undefined ? (
                      item.icon === undefined ? null : (
                        <Icon name={item.icon} />
                      )
                    ) : (
                      <span class="menu__mark">{item.checked ? <Icon name="check" /> : null}</span>
                    )}
                    <span>{item.label}</span>
                  </button>
                ))}
              </div>
            ))}
          </div>
        </div>
      ) : null}
    </div>
  )
}
