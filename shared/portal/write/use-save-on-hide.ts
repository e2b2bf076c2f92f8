import { useEffect } from 'preact/hooks'
import { usePortal } from '../context.ts'
import type { OpenDraft } from './open-draft.ts'

/** Saves when the page goes out of sight or the person goes elsewhere: both may be the end of it. */
export function useSaveOnHide(open: OpenDraft): void {
  const { unsaved } = usePortal()
  useEffect(() => {
    const forget = unsaved.add(() => open.saver.flush())
    const save = () => {
      open.saver.flush().catch(() => undefined) // said by the status, and tried again
    }
    const hidden = () => {
      if (document.visibilityState === 'hidden') save()
    }
    document.addEventListener('visibilitychange', hidden)
    window.addEventListener('online', save)
    return () => {
      forget()
      document.removeEventListener('visibilitychange', hidden)
      window.removeEventListener('online', save)
      save()
    }
  }, [open])
}
