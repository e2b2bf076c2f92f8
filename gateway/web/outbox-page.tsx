import { useEffect, useState } from 'preact/hooks'
import { type OutboxEntry, ProblemError } from '../../shared/contract/index.ts'
import type { PagesI18n } from '../../shared/i18n/pages/index.ts'
import { Banner, Button, EmptyState, IconButton, Mark, Skeleton } from '../../shared/ui/index.ts'
import { OutboxMail } from './outbox-mail.tsx'
import { PageBar } from './page-bar.tsx'
import type { Sandbox } from './sandbox.ts'
import './outbox-page.css'

interface OutboxPageProps {
  sandbox: Sandbox
  i18n: PagesI18n
  now: () => number
}

const refreshEvery = 3000

/** What would have left this machine. What is open stands in the fragment, so that Back works. */
export function OutboxPage({ sandbox, i18n, now }: OutboxPageProps) {
  const { t } = i18n
  const [entries, setEntries] = useState<readonly OutboxEntry[]>()
  const [failure, setFailure] = useState<string>()
  const [openId, setOpenId] = useState(() => window.location.hash.slice(1))

  const refresh = () => {
    sandbox.outbox().then(
      (list) => {
        setFailure(undefined)
        // The same list again is left as it is, so nothing is drawn anew under the reader's eyes.
        setEntries((before) => (before && JSON.stringify(before) === JSON.stringify(list) ? before : list))
      },
      (error: unknown) =>
        setFailure(error instanceof ProblemError ? error.problem.detail : t('common.failed.words')),
    )
  }
  useEffect(() => {
    refresh()
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') refresh()
    }, refreshEvery)
    const moved = () => setOpenId(window.location.hash.slice(1))
    window.addEventListener('hashchange', moved)
    return () => {
      clearInterval(timer)
      window.removeEventListener('hashchange', moved)
    }
  }, [])
  useEffect(() => {
    document.title = `${t('outbox.title')} · Postern`
  }, [])

  const open = entries?.find((entry) => entry.id === openId)
  return (
    <div class={open ? 'outbox-page outbox-page_open' : 'outbox-page'}>
      <PageBar
        links={[
          { href: '/', label: t('outbox.home') },
          { href: '/outbox', label: t('outbox.title'), here: true },
        ]}
      />
      <main class="outbox-page__main">
        <section class="outbox-page__list" aria-label={t('outbox.list')}>
          <header class="outbox-page__head">
            <div>
              <h1>{t('outbox.title')}</h1>
              <p class="muted small">{t('outbox.lead')}</p>
            </div>
            <IconButton icon="refresh" label={t('outbox.refresh')} onClick={refresh} />
          </header>
          {failure === undefined ? null : (
            <Banner
              tone="warning"
              icon="offline"
              title={t('common.offline.title')}
              announce
              actions={<Button onClick={refresh}>{t('common.retry')}</Button>}
            >
              {failure}
            </Banner>
          )}
          {entries === undefined && failure === undefined ? (
            <Skeleton lines={6} label={t('common.loading')} />
          ) : null}
          {entries?.length === 0 ? (
            <EmptyState picture={<Mark size="l" />} title={t('outbox.empty.title')}>
              {t('outbox.empty.words')}
            </EmptyState>
          ) : null}
          <ul class="outbox-page__rows">
            {entries?.map((entry) => (
              <li key={entry.id}>
                <a
                  class="outbox-row"
                  href={`#${entry.id}`}
                  aria-current={entry.id === openId ? 'true' : undefined}
                >
                  <span class="outbox-row__to">
                    <bdi>{entry.to[0]}</bdi>
                    {entry.to.length > 1 ? ` ${t('outbox.more', { count: entry.to.length - 1 })}` : ''}
                  </span>
                  <time class="outbox-row__when tabular" dateTime={new Date(entry.date).toISOString()}>
                    {i18n.listDate(entry.date, now())}
                  </time>
                  <span class="outbox-row__subject" dir="auto">
                    {entry.subject.trim() || t('common.no-subject')}
                  </span>
                  <span class="outbox-row__from">
                    {t('outbox.from')} <bdi>{entry.from || '<>'}</bdi>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </section>
        <section class="outbox-page__mail" aria-label={t('outbox.mail')}>
          {open ? (
            <OutboxMail key={open.id} entry={open} sandbox={sandbox} i18n={i18n} />
          ) : (
            <EmptyState icon="mail" title={t('outbox.choose')}>
              {t('outbox.choose-words')}
            </EmptyState>
          )}
        </section>
      </main>
    </div>
  )
}
