import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useId, useRef } from 'preact/hooks'
import { IconButton } from './button.tsx'
import './dialog.css'

interface DialogProps {
  title: string
  /** Name of the button in the corner. */
  closeLabel: string
  /** Called by Escape, the corner and the ground behind; the owner then renders the dialog no more. */
  onClose: () => void
  /** Buttons at the foot, the first the most important. */
  actions?: ComponentChildren
  children: ComponentChildren
}

/** Asks or shows one thing above the screen; focus goes in and comes back. Rendered only while open. */
export function Dialog({ title, closeLabel, onClose, actions, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useLayoutEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    element?.showModal()
    return () => {
      element?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onMouseDown={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <div class="dialog__sheet">
        <header class="dialog__head">
          <h2 id={heading} tabIndex={-1}>
            {title}
          </h2>
          <IconButton icon="close" label={closeLabel} onClick={onClose} />
        </header>
        <div class="dialog__body">{children}</div>
        {actions === undefined ? null : <footer class="dialog__foot">{actions}</footer>}
      </div>
    </dialog>
  )
}
