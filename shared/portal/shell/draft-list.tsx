import { useEffect, useRef } from 'preact/hooks'
import type { DraftSummary } from '../../contract/index.ts'
import { Button, EmptyState, Skeleton } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { describeFailure } from '../failure.ts'
import { followLink } from './follow-link.ts'
import { useRowKeys } from './row-keys.ts'
import './list-head.css'
import './message-list.css'
import './message-row.css'

interface DraftListProps {
  openId: string | undefined
  onCompose: () => void
}

/** What is being written, the latest first. */
export function DraftList({ openId, onCompose }: DraftListProps) {
  const portal = usePortal()
  const { t, lists } = portal
  const { drafts } = lists
  const items = drafts.items.value
  const status = drafts.status.value
  const rows = useRef<HTMLUListElement>(null)
  useRowKeys(rows)
  useEffect(() => {
    if (drafts.status.peek() === 'idle') void drafts.refresh()
  }, [drafts, status === 'idle'])

  const failure = status === 'failed' ? describeFailure(portal, drafts.failure.value) : undefined
  return (
    <section class="message-list" aria-label={t('shell.drafts')} aria-busy={status === 'loading'}>
      <header class="list-head">
        <div class="list-head__line">
          <h1 class="list-head__title">{t('shell.drafts')}</h1>
        </div>
      </header>
      <div class="message-list__scroll">
        {failure ? (
          <EmptyState
            icon="offline"
            announce
            title={failure.title}
            actions={<Button onClick={() => void drafts.refresh()}>{t('common.retry')}</Button>}
          >
            {failure.words}
          </EmptyState>
        ) : null}
        {items.length > 0 ? (
          <ul ref={rows}>
            {items.map((item) => (
              <DraftRow key={item.id} item={item} open={item.id === openId} />
            ))}
          </ul>
        ) : null}
        {items.length === 0 && (status === 'loading' || status === 'idle') ? (
          <Skeleton lines={6} label={t('list.loading')} />
        ) : null}
        {items.length === 0 && status === 'ready' ? (
          <EmptyState
            icon="draft"
            title={t('list.empty.drafts.title')}
            actions={
              <Button icon="compose" onClick={onCompose}>
                {t('shell.new-message')}
              </Button>
            }
          >
            {t('list.empty.drafts.words')}
          </EmptyState>
        ) : null}
      </div>
    </section>
  )
}

function DraftRow({ item, open }: { item: DraftSummary; open: boolean }) {
  const { t, i18n, router, navigate, now } = usePortal()
  const route = { name: 'folder', folder: 'drafts', id: item.id } as const
  return (
    <li class="message-row">
      <a
        class="message-row__link"
        href={router.href(route)}
        data-row=""
        aria-current={open ? 'true' : undefined}
        onClick={followLink(() => navigate(route))}
      >
        <span class="message-row__who">
          {item.to.length === 0
            ? t('list.to-nobody')
            : i18n.value.parts('list.to', { people: <bdi>{i18n.value.list(item.to)}</bdi> })}
        </span>
        <time class="message-row__when tabular" dateTime={new Date(item.updatedAt).toISOString()}>
          {i18n.value.listDate(item.updatedAt, now())}
        </time>
        <span class="message-row__subject" dir="auto">
          {item.subject.trim() || t('common.no-subject')}
        </span>
        <span class="message-row__state">{t(`list.draft.${item.kind}`)}</span>
      </a>
    </li>
  )
}
