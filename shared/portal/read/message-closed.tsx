import type { MessageView } from '../../contract/index.ts'
import { EmptyState } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { FileLink } from './file-link.tsx'
import { keptName } from './kept-name.ts'

/** In the place of the body: why there is nothing to read, and what one can do. Undefined where there is. */
export function MessageClosed({ view }: { view: MessageView }) {
  const { t, i18n, client } = usePortal()
  const sender = view.from.name || view.from.address
  if (view.state === 'recalled')
    return (
      <EmptyState icon="recalled" title={t('read.recalled.title')} announce>
        {view.recallReason === null ? null : (
          <p>
            <bdi>{t('read.recalled.reason', { reason: view.recallReason })}</bdi>
          </p>
        )}
        <p>{t('read.recalled.words', { sender })}</p>
      </EmptyState>
    )
  if (view.state === 'expired')
    return (
      <EmptyState icon="clock" title={t('read.expired.title')} announce>
        <p>
          {view.expiresAt === null
            ? t('read.expired.words-plain', { sender })
            : t('read.expired.words', { when: i18n.value.date(view.expiresAt), sender })}
        </p>
      </EmptyState>
    )
  if (view.state === 'lost')
    return (
      <EmptyState icon="warning" tone="warning" title={t('read.lost.title')} announce>
        <p>{t('read.lost.words', { sender })}</p>
      </EmptyState>
    )
  return (
    <EmptyState
      icon="file"
      title={t('read.unreadable.title')}
      announce
      {...(view.permissions.download
        ? {
            actions: (
              <FileLink
                look="primary"
                path={client.urls.original(view.id)}
                name={keptName(view.subject, t('read.message'), 'eml')}
              >
                {t('read.download-original')}
              </FileLink>
            ),
          }
        : {})}
    >
      <p>
        {view.permissions.download
          ? t('read.unreadable.words')
          : t('read.unreadable.words-plain', { sender })}
      </p>
    </EmptyState>
  )
}

/** True where a message can be read at all. */
export function isOpen(view: MessageView): boolean {
  return view.state === 'held' && view.readable
}
