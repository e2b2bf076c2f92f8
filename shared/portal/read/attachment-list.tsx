import { useState } from 'preact/hooks'
import type { Attachment, MessageView } from '../../contract/index.ts'
import { Icon, type IconName, IconButton } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { AttachmentDialog, canView } from './attachment-dialog.tsx'
import { FileLink } from './file-link.tsx'
import { keptName } from './kept-name.ts'
import './attachment-list.css'

/** The files of a message: what they are, how large, looking at them where that is safe, and getting them. */
export function AttachmentList({ view, files }: { view: MessageView; files: readonly Attachment[] }) {
  const { t, i18n, client } = usePortal()
  const [looking, setLooking] = useState<Attachment>()
  const total = files.reduce((sum, file) => sum + file.size, 0)
  const { download } = view.permissions
  const mayDownload = download || view.folder === 'sent'
  return (
    <section class="attachment-list" aria-label={t('read.attachments', { count: files.length })}>
      <ul class="attachment-list__files">
        {files.map((file) => (
          <li key={file.index} class="attachment-list__file">
            <Icon name={iconOf(file.type)} />
            <span class="attachment-list__name">
              <bdi title={file.name}>{file.name}</bdi>
              <span class="muted tabular">{i18n.value.size(file.size)}</span>
            </span>
            {canView(file) ? (
              <IconButton
                icon="eye"
                label={t('read.view-file', { name: file.name })}
                onClick={() => setLooking(file)}
              />
            ) : null}
            {mayDownload ? (
              <FileLink
                path={client.urls.attachment(view.id, file.index)}
                name={file.name}
                size={file.size}
                label={t('read.download-file', { name: file.name })}
              />
            ) : null}
          </li>
        ))}
        {mayDownload && files.length > 1 ? (
          <li class="attachment-list__all">
            <FileLink
              path={client.urls.allAttachments(view.id)}
              name={keptName(view.subject, t('read.attachments-file'), 'zip')}
              size={total}
            >
              {t('read.download-all')} <span class="muted">({i18n.value.size(total)})</span>
            </FileLink>
          </li>
        ) : null}
      </ul>
      {looking === undefined ? null : (
        <AttachmentDialog
          view={view}
          file={looking}
          mayDownload={mayDownload}
          onClose={() => setLooking(undefined)}
        />
      )}
    </section>
  )
}

function iconOf(type: string): IconName {
  if (type.startsWith('image/')) return 'image'
  if (type.startsWith('message/')) return 'mail'
  if (type.startsWith('text/') || type === 'application/pdf') return 'draft'
  return 'file'
}
