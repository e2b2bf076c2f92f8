import { useMemo } from 'preact/hooks'
import { Banner, Button } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { expectedHeight } from './expected-height.ts'
import { frameDocument } from './frame-document.ts'
import { MessageFrame } from './message-frame.tsx'
import { MessageText } from './message-text.tsx'
import type { MessageDocument } from './use-document.ts'
import './message-body.css'

/** The body: HTML in its frame or the plain text, and what is to be known about it. */
export function MessageBody({ body, asText }: { body: MessageDocument; asText: boolean }) {
  const { t, i18n, surface, theme: current } = usePortal()
  const theme = current.value
  const { of: view, clean, refused } = body
  const language = i18n.value.language
  const html = clean !== undefined && !(asText && view.text !== null) ? clean : undefined
  const document = useMemo(
    () => (html === undefined ? undefined : frameDocument(html, { language, theme })),
    [html, language, theme],
  )
  return (
    <div class="message-body">
      {refused && view.text !== null ? (
        <div class="message-body__note">
          <Banner title={t('read.text-instead')}>{t('read.text-instead-why')}</Banner>
        </div>
      ) : null}
      {html === undefined ? null : <PicturesBar body={body} />}
      {document === undefined ? (
        <div class="message-body__text" tabIndex={0} role="group" aria-label={t('read.message')}>
          {view.text === null || view.text.trim() === '' ? (
            <p class="message-body__empty muted">{t('read.empty')}</p>
          ) : (
            <MessageText text={view.text} />
          )}
        </div>
      ) : (
        <MessageFrame
          document={document}
          title={t('read.content', { sender: view.from.name || view.from.address })}
          height={surface === 'frame' ? (width) => expectedHeight(html?.html ?? '', width) : undefined}
        />
      )}
    </div>
  )
}

function PicturesBar({ body }: { body: MessageDocument }) {
  const { t } = usePortal()
  const waiting = body.clean?.remote.length ?? 0
  if (body.missing > 0)
    return (
      <p class="message-body__pictures" role="status">
        {t('read.pictures-missing', { count: body.missing })}
      </p>
    )
  if (waiting === 0) return null
  return (
    <div class="message-body__pictures">
      <span title={t('read.pictures-why')}>{t('read.pictures', { count: waiting })}</span>
      <Button
        look="quiet"
        icon="image"
        busy={body.fetching ? t('read.fetching-pictures') : undefined}
        onClick={body.showPictures}
      >
        {t('read.show-pictures')}
      </Button>
    </div>
  )
}
