import { useRef } from 'preact/hooks'
import { IconButton, Mark } from '../../../shared/ui/index.ts'
import { usePopup } from './context.ts'
import { SearchField } from './search-field.tsx'
import { SiteRow } from './site-row.tsx'
import { WaitingList } from './waiting-list.tsx'

/** What waits, and whether Postern runs on the page in front. */
export function MessagesView({ onGateways }: { onGateways: () => void }) {
  const { popup, i18n, attempt } = usePopup()
  const { t } = i18n
  const rows = useRef<HTMLUListElement>(null)
  const unread = popup.waiting.value?.messages.filter((message) => message.unread).length ?? 0
  return (
    <>
      <header class="popup__head">
        <Mark />
        <h1 class="popup__title">
          {t('popup.title')}
          {unread > 0 && popup.search.value === '' ? (
            <span class="popup__count">{t('popup.unread-count', { count: unread })}</span>
          ) : null}
        </h1>
        <IconButton icon="shield" label={t('popup.gateways')} onClick={onGateways} />
        <IconButton
          icon="settings"
          label={t('popup.options')}
          onClick={() => attempt(() => popup.openOptions())}
        />
      </header>
      {popup.gateways.value?.length === 0 ? null : <SearchField rows={rows} />}
      <main class="popup__scroll" aria-busy={popup.status.value === 'loading'}>
        <WaitingList rows={rows} />
      </main>
      <SiteRow />
    </>
  )
}
