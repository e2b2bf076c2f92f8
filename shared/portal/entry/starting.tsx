import { useEffect, useState } from 'preact/hooks'
import { Button, Spinner } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { EntryFailed } from './entry-failed.tsx'

/** Before the gateway has answered for the first time, and where it does not. */
export function Starting({ onRetry }: { onRetry: () => Promise<void> }) {
  const { t } = usePortal()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(true)
  const ask = () => {
    setBusy(true)
    onRetry().then(
      () => setBusy(false),
      (failure: unknown) => {
        setError(failure)
        setBusy(false)
      },
    )
  }
  useEffect(ask, [])
  if (error === undefined)
    return (
      <div class="starting">
        <Spinner label={t('common.loading')} />
      </div>
    )
  return (
    <EntryFailed
      error={error}
      action={
        <Button look="primary" busy={busy ? t('common.loading') : undefined} onClick={ask}>
          {t('common.retry')}
        </Button>
      }
    />
  )
}
