import { useMemo, useState } from 'preact/hooks'
import { Button, Icon, IconButton } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { cleanMessage, frameDocument, MessageFrame, NotShowable } from '../read/index.ts'
import './quoted-message.css'

interface QuotedMessageProps {
  /** Not clean. */
  html: string
  onRemove: () => void
  onEdit: () => void
}

/** The message that is answered or forwarded, folded; shown in a frame as any message is. */
export function QuotedMessage({ html, onRemove, onEdit }: QuotedMessageProps) {
  const { t } = usePortal()
  const [open, setOpen] = useState(false)
  return (
    <section class="quoted-message" aria-label={t('write.quoted')}>
      <div class="quoted-message__head">
        <button
          type="button"
          class="quoted-message__toggle"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'chevron-down' : 'chevron-right'} />
          {t('write.quoted')}
        </button>
        <IconButton icon="close" label={t('write.quoted-remove')} onClick={onRemove} />
      </div>
      {open ? (
        <>
          <div class="quoted-message__frame">
            <Quote html={html} />
          </div>
          <p class="quoted-message__edit">
            <Button look="quiet" onClick={onEdit}>
              {t('write.quoted-edit')}
            </Button>
            <span class="muted small">{t('write.quoted-edit-why')}</span>
          </p>
        </>
      ) : null}
    </section>
  )
}

function Quote({ html }: { html: string }) {
  const { t, i18n, theme: current } = usePortal()
  const theme = current.value
  const language = i18n.value.language
  const document = useMemo(() => {
    try {
      const words = { earlier: undefined, leadsTo: (host: string) => t('read.leads-to', { host }) }
      return frameDocument(cleanMessage(html, new Map(), words), { language, theme })
    } catch (error) {
      if (error instanceof NotShowable) return undefined
      throw error
    }
  }, [html, language, theme])
  return document === undefined ? (
    <p class="muted">{t('read.text-instead-why')}</p>
  ) : (
    <MessageFrame document={document} title={t('write.quoted')} />
  )
}
