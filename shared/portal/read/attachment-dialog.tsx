import { useEffect, useState } from 'preact/hooks'
import type { Attachment, MessageView } from '../../contract/index.ts'
import { Banner, Button, Dialog, Spinner } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { FileLink } from './file-link.tsx'
import { pictureTypes } from './picture-sources.ts'
import './attachment-dialog.css'

const textTypes: ReadonlySet<string> = new Set([
  'text/plain',
  'text/csv',
  'text/markdown',
  'application/json',
])
const maxShown = 25_000_000
const maxText = 200_000

/** Pictures and plain text are looked at here; everything else could be a program of some kind and is downloaded. */
export function canView(file: Attachment): boolean {
  const type = file.type.toLowerCase()
  return (pictureTypes.has(type) || textTypes.has(type)) && file.size <= maxShown
}

type Content =
  | { readonly kind: 'picture'; readonly url: string }
  | { readonly kind: 'text'; readonly text: string; readonly cut: boolean }

interface AttachmentDialogProps {
  view: MessageView
  file: Attachment
  mayDownload: boolean
  onClose: () => void
}

export function AttachmentDialog({ view, file, mayDownload, onClose }: AttachmentDialogProps) {
  const { t, client } = usePortal()
  const [content, setContent] = useState<Content>()
  const [failed, setFailed] = useState(false)
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    let left = false
    let url: string | undefined
    setFailed(false)
    client
      .attachment(view.id, file.index)
      .then(async (blob): Promise<Content> => {
        const type = file.type.toLowerCase()
        if (!pictureTypes.has(type)) {
          const text = await blob.slice(0, maxText).text()
          return { kind: 'text', text, cut: blob.size > maxText }
        }
        // Of a picture type, whatever the gateway called it: as a picture it can do nothing.
        url = URL.createObjectURL(new Blob([blob], { type }))
        return { kind: 'picture', url }
      })
      .then(
        (ready) => {
          if (!left) setContent(ready)
          else if (url !== undefined) URL.revokeObjectURL(url)
        },
        () => {
          if (!left) setFailed(true)
        },
      )
    return () => {
      left = true
      if (url !== undefined) URL.revokeObjectURL(url)
    }
  }, [view.id, file.index, attempt])

  return (
    <Dialog
      title={file.name}
      closeLabel={t('common.close')}
      onClose={onClose}
      actions={
        mayDownload ? (
          <FileLink
            look="primary"
            path={client.urls.attachment(view.id, file.index)}
            name={file.name}
            size={file.size}
          >
            {t('read.download')}
          </FileLink>
        ) : undefined
      }
    >
      <div class="attachment-dialog">
        {failed ? (
          <Banner
            tone="error"
            announce
            actions={<Button onClick={() => setAttempt(attempt + 1)}>{t('common.retry')}</Button>}
          >
            {t('read.file-failed')}
          </Banner>
        ) : content === undefined ? (
          <div class="attachment-dialog__waiting">
            <Spinner label={t('common.loading')} />
          </div>
        ) : content.kind === 'picture' ? (
          <img
            class="attachment-dialog__picture"
            src={content.url}
            alt={file.name}
            onError={() => setFailed(true)}
          />
        ) : (
          <>
            {content.cut ? <Banner>{t('read.file-cut')}</Banner> : null}
            <pre class="attachment-dialog__text" tabIndex={0} dir="auto">
              {content.text}
            </pre>
          </>
        )}
      </div>
    </Dialog>
  )
}
