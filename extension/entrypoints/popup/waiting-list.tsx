import type { RefObject } from 'preact'
import type { Waiting } from '../../protocol.ts'
import { Button, EmptyState, Mark, Skeleton } from '../../../shared/ui/index.ts'
import { usePopup } from './context.ts'
import { MissingRows } from './missing-rows.tsx'
import { moveInRows } from './row-keys.ts'
import { WaitingRow } from './waiting-row.tsx'

/** The messages of all gateways, unread first, newest first; and what there is to say where there are none. */
export function WaitingList({ rows }: { rows: RefObject<HTMLUListElement | null> }) {
  const { popup, i18n } = usePopup()
  const { t } = i18n
  const waiting = popup.waiting.value
  const search = popup.search.value.trim()
  if (popup.status.value === 'failed') return <Broken />
  if (waiting === undefined) return <Skeleton lines={9} label={t('popup.loading')} />
  if (popup.gateways.value?.length === 0) return <Begin />
  const messages = inOrder(waiting)
  if (messages.length === 0) return <Nothing search={search} missing={waiting.missing} />
  return (
    <>
      <MissingRows missing={waiting.missing} />
      <ul ref={rows} aria-label={t('popup.list')} onKeyDown={moveInRows}>
        {messages.map((message) => (
          <WaitingRow key={`${message.gateway} ${message.id}`} message={message} />
        ))}
      </ul>
      <p class="unseen" role="status">
        {search !== '' && popup.status.value === 'ready' ? t('popup.found', { count: messages.length }) : ''}
      </p>
    </>
  )
}

function inOrder({ messages }: Waiting) {
  return messages.toSorted((a, b) => Number(b.unread) - Number(a.unread) || b.at - a.at)
}

function Nothing({ search, missing }: { search: string; missing: Waiting['missing'] }) {
  const { popup, i18n, attempt } = usePopup()
  const { t } = i18n
  const trusted = popup.gateways.value ?? []
  const silent = missing.filter(({ why }) => why === 'no-answer').length
  const [only] = missing.length === 1 && trusted.length === 1 ? trusted : []
  if (trusted.length > 0 && silent === trusted.length)
    return (
      <EmptyState
        icon="offline"
        announce
        title={t('common.offline.title')}
        actions={<Button onClick={() => attempt(() => popup.refresh())}>{t('common.retry')}</Button>}
      >
        {t('common.offline.words')}
      </EmptyState>
    )
  if (only)
    return (
      <EmptyState
        icon="lock"
        title={t('popup.signed-out.title')}
        actions={
          <Button look="primary" onClick={() => attempt(() => popup.openMessage(only.gateway))}>
            {t('popup.sign-in')}
          </Button>
        }
      >
        <p class="wrap-anywhere">
          <bdi>{only.host}</bdi>
        </p>
        <p>{t('popup.signed-out.words')}</p>
      </EmptyState>
    )
  const allOut = missing.length === trusted.length
  return (
    <>
      <MissingRows missing={missing} />
      {search !== '' && !allOut ? (
        <EmptyState icon="search" announce title={t('popup.empty.search.title', { search })}>
          {t('popup.empty.search.words')}
        </EmptyState>
      ) : allOut ? (
        <EmptyState icon="lock" title={t('popup.signed-out.title')}>
          {t('popup.signed-out.words')}
        </EmptyState>
      ) : (
        <EmptyState picture={<Mark size="l" />} title={t('popup.empty.title')}>
          {t('popup.empty.words')}
        </EmptyState>
      )}
    </>
  )
}

/** Nothing is trusted yet: how to begin. */
function Begin() {
  const { popup, i18n, attempt } = usePopup()
  const { t } = i18n
  return (
    <EmptyState
      picture={<Mark size="l" />}
      title={t('popup.begin.title')}
      actions={
        <Button look="primary" onClick={() => attempt(() => popup.openOptions('#add'))}>
          {t('popup.begin.add')}
        </Button>
      }
    >
      {t('popup.begin.words')}
    </EmptyState>
  )
}

function Broken() {
  const { popup, i18n, attempt } = usePopup()
  const { t } = i18n
  return (
    <EmptyState
      icon="offline"
      announce
      title={t('popup.broken.title')}
      actions={<Button onClick={() => attempt(() => popup.refresh())}>{t('common.retry')}</Button>}
    >
      {t('popup.broken.words')}
    </EmptyState>
  )
}
