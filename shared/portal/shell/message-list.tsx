import { useEffect, useRef } from 'preact/hooks'
import { Banner, Button, EmptyState, Mark, Skeleton } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { describeFailure } from '../failure.ts'
import type { MessageFolder } from '../lists.ts'
import { ListHead } from './list-head.tsx'
import { MessageRow } from './message-row.tsx'
import { prefetchReader } from './pane.tsx'
import { useRowKeys } from './row-keys.ts'
import './message-list.css'

interface MessageListProps {
  folder: 'inbox' | 'sent'
  openId: string | undefined
}

const staleAfter = 60_000

/** A folder of messages. */
export function MessageList({ folder: name, openId }: MessageListProps) {
  const { t, lists, now } = usePortal()
  const folder = lists[name]
  const items = folder.items.value
  const status = folder.status.value
  const search = useRef<HTMLInputElement>(null)
  const rows = useRef<HTMLUListElement>(null)
  useRowKeys(rows, search)

  useEffect(() => {
    if (folder.status.peek() === 'idle') void folder.refresh()
    prefetchReader()
    // Coming back to the page counts as asking; nothing is asked while nobody looks, so that a session can end.
    let asked = now()
    const back = () => {
      if (document.visibilityState !== 'visible' || now() - asked < staleAfter) return
      asked = now()
      void folder.refresh()
    }
    document.addEventListener('visibilitychange', back)
    return () => document.removeEventListener('visibilitychange', back)
  }, [folder])

  return (
    <section class="message-list" aria-label={t(`shell.${name}`)} aria-busy={status === 'loading'}>
      <ListHead title={t(`shell.${name}`)} folder={folder} withUnread={name === 'inbox'} searchRef={search} />
      <div class="message-list__scroll">
        <Trouble folder={folder} />
        {items.length > 0 ? (
          <ul
            ref={rows}
            class={status === 'loading' ? 'message-list__rows message-list__rows_old' : 'message-list__rows'}
          >
            {items.map((item) => (
              <MessageRow key={item.id} item={item} open={item.id === openId} />
            ))}
          </ul>
        ) : null}
        {items.length === 0 && (status === 'loading' || status === 'idle') ? (
          <Skeleton lines={9} label={t('list.loading')} />
        ) : null}
        {items.length === 0 && status === 'ready' ? <Empty name={name} folder={folder} /> : null}
        {folder.hasMore.value && items.length > 0 ? <More folder={folder} /> : null}
        <Found folder={folder} />
      </div>
    </section>
  )
}

/** What could not be had: over an empty list in full, over an older one in a line. */
function Trouble({ folder }: { folder: MessageFolder }) {
  const portal = usePortal()
  const { t } = portal
  if (folder.status.value !== 'failed') return null
  const { title, words } = describeFailure(portal, folder.failure.value)
  const retry = <Button onClick={() => void folder.refresh()}>{t('common.retry')}</Button>
  if (folder.items.value.length === 0)
    return (
      <EmptyState icon="offline" announce title={title} actions={retry}>
        {words}
      </EmptyState>
    )
  return (
    <div class="message-list__trouble">
      <Banner tone="warning" icon="offline" title={title} announce actions={retry}>
        {t('list.stale')}
      </Banner>
    </div>
  )
}

function Empty({ name, folder }: { name: 'inbox' | 'sent'; folder: MessageFolder }) {
  const { t } = usePortal()
  const { search, unreadOnly } = folder.query.value
  if (search !== '')
    return (
      <EmptyState icon="search" announce title={t('list.empty.search.title', { search })}>
        {t('list.empty.search.words')}
      </EmptyState>
    )
  if (unreadOnly)
    return (
      <EmptyState
        icon="mail-open"
        announce
        title={t('list.empty.unread.title')}
        actions={
          <Button onClick={() => folder.ask({ unreadOnly: false })}>{t('list.empty.unread.all')}</Button>
        }
      >
        {t('list.empty.unread.words')}
      </EmptyState>
    )
  return (
    <EmptyState picture={<Mark size="l" />} title={t(`list.empty.${name}.title`)}>
      {t(`list.empty.${name}.words`)}
    </EmptyState>
  )
}

/** Asks for more as soon as the end of the list comes near; the button is for who does not scroll. */
function More({ folder }: { folder: MessageFolder }) {
  const { t } = usePortal()
  const end = useRef<HTMLDivElement>(null)
  const busy = folder.status.value === 'more'
  useEffect(() => {
    const element = end.current
    if (!element) return
    const watch = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting) && folder.status.peek() === 'ready')
          void folder.more()
      },
      { rootMargin: '400px' },
    )
    watch.observe(element)
    return () => watch.disconnect()
    // Watched anew after each page: where the end is still in sight, the next one is wanted too.
  }, [folder, folder.items.value.length])
  return (
    <div ref={end} class="message-list__more">
      <Button busy={busy ? t('list.more-loading') : undefined} onClick={() => void folder.more()}>
        {t('list.more')}
      </Button>
    </div>
  )
}

/** Says aloud how much a search has found. */
function Found({ folder }: { folder: MessageFolder }) {
  const { t } = usePortal()
  const count = folder.items.value.length
  const shown = folder.query.value.search !== '' && folder.status.value === 'ready' && count > 0
  const words = folder.hasMore.value ? t('list.found-more', { number: count }) : t('list.found', { count })
  return (
    <p class="unseen" role="status">
      {shown ? words : ''}
    </p>
  )
}
