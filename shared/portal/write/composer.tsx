import { useEffect, useState } from 'preact/hooks'
import { Button, EmptyState, Skeleton } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { describeFailure } from '../failure.ts'
import { DraftForm } from './draft-form.tsx'
import { openDraft, type OpenDraft } from './open-draft.ts'
import './composer.css'

interface ComposerProps {
  draftId: string
  /** Called when there is nothing more to write; without it the composer goes to where it came from. */
  onDone?: () => void
}

/** Writing a message. Fills the place it is given. */
export function Composer({ draftId, onDone }: ComposerProps) {
  const portal = usePortal()
  const { t, client } = portal
  const [open, setOpen] = useState<OpenDraft>()
  const [failure, setFailure] = useState<unknown>()
  const [said, setSaid] = useState('')
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    let left = false
    setFailure(undefined)
    client.draft(draftId).then(
      (draft) => {
        if (!left) setOpen(openDraft(portal, draft, (name) => setSaid(t('write.file-attached', { name }))))
      },
      (error: unknown) => {
        if (!left) setFailure(error)
      },
    )
    return () => {
      left = true
    }
  }, [draftId, attempt])

  if (failure !== undefined) {
    const { title, words } = describeFailure(portal, failure)
    return (
      <div class="composer">
        <EmptyState
          icon="error"
          title={title}
          announce
          actions={<Button onClick={() => setAttempt(attempt + 1)}>{t('common.retry')}</Button>}
        >
          <p>{words}</p>
        </EmptyState>
      </div>
    )
  }
  if (open === undefined)
    return (
      <div class="composer composer_waiting" aria-busy="true">
        <Skeleton lines={5} label={t('write.loading')} />
      </div>
    )
  return <DraftForm open={open} said={said} say={setSaid} {...(onDone === undefined ? {} : { onDone })} />
}
