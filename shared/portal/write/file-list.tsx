import { useEffect, useState } from 'preact/hooks'
import { Icon, IconButton, Progress } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { timeLeft, type Upload, type Uploads } from './uploads.ts'
import './file-list.css'

/** The files of a draft, with bytes and time left while they go up. */
export function FileList({ uploads, onRemove }: { uploads: Uploads; onRemove: (upload: Upload) => void }) {
  const { t } = usePortal()
  const items = uploads.items.value
  if (items.length === 0) return null
  return (
    <ul class="file-list" aria-label={t('write.attachments', { count: items.length })}>
      {items.map((upload) => (
        <FileRow
          key={upload.key}
          upload={upload}
          onRemove={() => onRemove(upload)}
          onRetry={() => uploads.retry(upload.key)}
        />
      ))}
    </ul>
  )
}

interface FileRowProps {
  upload: Upload
  onRemove: () => void
  onRetry: () => void
}

function FileRow({ upload, onRemove, onRetry }: FileRowProps) {
  const { t, i18n } = usePortal()
  const { name, state, size } = upload
  return (
    <li class={`file-list__file file-list__file_${state}`}>
      <Icon name={state === 'failed' ? 'error' : upload.type.startsWith('image/') ? 'image' : 'file'} />
      <div class="file-list__words">
        <bdi class="file-list__name" title={name}>
          {name}
        </bdi>
        {state === 'sending' ? (
          <Sending upload={upload} />
        ) : (
          <span class="file-list__state tabular">
            {state === 'failed'
              ? t('write.file-failed', { why: upload.why || t('common.offline.title') })
              : state === 'waiting'
                ? `${i18n.value.size(size)}, ${t('write.file-waiting')}`
                : i18n.value.size(size)}
          </span>
        )}
      </div>
      {state === 'failed' ? (
        <IconButton icon="refresh" label={t('write.retry-file', { name })} onClick={onRetry} />
      ) : null}
      <IconButton
        icon="close"
        label={
          state === 'done' || state === 'failed'
            ? t('write.remove-file', { name })
            : t('write.cancel-file', { name })
        }
        onClick={onRemove}
      />
    </li>
  )
}

function Sending({ upload }: { upload: Upload }) {
  const { t, i18n } = usePortal()
  const now = useClock(1000)
  const left = timeLeft(upload, now)
  const words = { sent: i18n.value.size(Math.round(upload.sent)), total: i18n.value.size(upload.size) }
  return (
    <Progress
      label={upload.name}
      value={upload.sent}
      total={Math.max(1, upload.size)}
      detail={
        left === undefined
          ? t('write.file-progress', words)
          : t('write.file-progress-left', { ...words, left: spanWords(t, left) })
      }
    />
  )
}

function spanWords(t: ReturnType<typeof usePortal>['t'], span: number): string {
  const seconds = Math.max(1, Math.round(span / 1000))
  return seconds < 90
    ? t('write.seconds', { count: seconds })
    : t('write.minutes', { count: Math.round(seconds / 60) })
}

/** The time of now, looked at anew every `every` ms. */
function useClock(every: number): number {
  const { now } = usePortal()
  const [at, setAt] = useState(now())
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), every)
    return () => clearInterval(timer)
  }, [every, now])
  return at
}
