import { signal, type ReadonlySignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { IconButton } from './button.tsx'
import './toast.css'

export interface Toast {
  /** What was done, one short sentence. */
  readonly text: string
  /** Takes it back. */
  readonly undo?: { readonly label: string; readonly run: () => void }
}

export interface Toasts {
  readonly current: ReadonlySignal<Toast | undefined>
  show(toast: Toast): void
  hide(): void
}

/** One toast at a time: a newer one takes the place of the older. */
export function createToasts(): Toasts {
  const current = signal<Toast | undefined>()
  return {
    current,
    show: (toast) => {
      current.value = toast
    },
    hide: () => {
      current.value = undefined
    },
  }
}

const shownFor = 8000

/** Where toasts appear; stands once on a page. Always in the page, so that screen readers hear changes. */
export function ToastHost({ toasts, closeLabel }: { toasts: Toasts; closeLabel: string }) {
  const toast = toasts.current.value
  useEffect(() => {
    if (!toast) return
    const timer = setTimeout(() => toasts.hide(), shownFor)
    return () => clearTimeout(timer)
  }, [toast])
  return (
    <div class="toast-host" role="status">
      {toast ? (
        <div class="toast">
          <span>{toast.text}</span>
          {toast.undo ? (
            <button
              type="button"
              class="toast__undo"
              onClick={() => {
                toasts.hide()
                toast.undo?.run()
              }}
            >
              {toast.undo.label}
            </button>
          ) : null}
          <IconButton icon="close" label={closeLabel} onClick={() => toasts.hide()} />
        </div>
      ) : null}
    </div>
  )
}
