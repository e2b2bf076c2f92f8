import { useEffect, useState } from 'preact/hooks'
import { Button, EmptyState, Spinner } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { describeFailure } from '../failure.ts'
import { EntryPage } from './entry-page.tsx'

/** Before the gateway has answered for the first time, and where it does not. */
export function Starting({ onRetry }: { onRetry: () => Promise<void> }) {
  const portal = usePortal()
  const { t } = portal
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
  const { title, words } = describeFailure(portal, error)
  return (
    <EntryPage title={title}>
      <EmptyState
        level={1}
        icon="offline"
        announce
        title={title}
        actions={
          <Button look="primary" busy={busy ? t('common.loading') : undefined} onClick={ask}>
            {t('common.retry')}
          </Button>
        }
      >
        {words}
      </EmptyState>
    </EntryPage>
  )
}
