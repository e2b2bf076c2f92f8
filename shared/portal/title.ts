import { useEffect } from 'preact/hooks'
import { usePortal } from './context.ts'

/** Names the page in the browser's tab. */
export function useTitle(place: string): void {
  const { t } = usePortal()
  const title = t('shell.page-title', { place })
  useEffect(() => {
    document.title = title
  }, [title])
}
