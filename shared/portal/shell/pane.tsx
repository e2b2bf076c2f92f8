import { Button } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { later } from '../lazy.tsx'
import type { FolderName } from '../routes.ts'
import './pane.css'

const MessagePane = later(async () => (await import('../read/index.ts')).MessagePane)
const Composer = later(async () => (await import('../write/index.ts')).Composer)

/** Fetches the reader's code while the list is looked at, so that a message opens at once. */
export function prefetchReader(): void {
  MessagePane.prefetch()
}

interface PaneProps {
  folder: FolderName
  id: string
}

/** What is open: a message, or a draft being written. On a phone with the way back above it. */
export function Pane({ folder, id }: PaneProps) {
  const { t, navigate } = usePortal()
  const back = () => navigate({ name: 'folder', folder })
  return (
    <div class="pane">
      <div class="pane__bar">
        <Button look="quiet" icon="back" onClick={back}>
          {t('shell.back-to', { folder: t(`shell.${folder}`) })}
        </Button>
      </div>
      {folder === 'drafts' ? (
        <Composer.Component key={id} draftId={id} />
      ) : (
        <MessagePane.Component folder={folder} id={id} />
      )}
    </div>
  )
}
