import type { MessageSummary } from '../../contract/index.ts'
import { Icon } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { followLink } from './follow-link.ts'
import './message-row.css'

/** How long before its end a message is said to expire, ms. */
const soon = 3 * 86_400_000

/** One message of a list: who, what, when, and what matters about it. */
export function MessageRow({ item, open }: { item: MessageSummary; open: boolean }) {
  const { t, i18n, router, navigate, now } = usePortal()
  const route = { name: 'folder', folder: item.folder, id: item.id } as const
  const nameOf = (mailbox: { name: string; address: string }) => mailbox.name || mailbox.address
  return (
    <li class="message-row">
      <a
        class={item.unread ? 'message-row__link message-row__link_unread' : 'message-row__link'}
        href={router.href(route)}
        data-row=""
        aria-current={open ? 'true' : undefined}
        onClick={followLink(() => navigate(route))}
      >
        {item.unread ? (
          <>
            <span class="message-row__dot" aria-hidden="true" />
            <span class="unseen">{t('list.unread')} </span>
          </>
        ) : null}
        {item.folder === 'sent' ? (
          <span class="message-row__who">
            {i18n.value.parts('list.to', { people: <bdi>{i18n.value.list(item.to.map(nameOf))}</bdi> })}
          </span>
        ) : (
          <span class="message-row__who" dir="auto">
            {nameOf(item.from)}
          </span>
        )}
        <time class="message-row__when tabular" dateTime={new Date(item.at).toISOString()}>
          {i18n.value.listDate(item.at, now())}
        </time>
        <span class="message-row__subject" dir="auto">
          {item.subject.trim() || t('common.no-subject')}
        </span>
        <span class="message-row__marks">
          {item.replied ? <Icon name="reply" label={t('list.replied')} /> : null}
          {item.hasAttachments ? <Icon name="attachment" label={t('list.attachments')} /> : null}
        </span>
        <State item={item} />
      </a>
    </li>
  )
}

function State({ item }: { item: MessageSummary }) {
  const { t, i18n, now } = usePortal()
  if (item.state === 'recalled')
    return (
      <span class="message-row__state">
        <Icon name="recalled" /> {t('list.recalled')}
      </span>
    )
  if (item.state === 'expired')
    return (
      <span class="message-row__state">
        <Icon name="clock" /> {t('list.expired')}
      </span>
    )
  if (item.state === 'lost')
    return (
      <span class="message-row__state">
        <Icon name="warning" /> {t('list.lost')}
      </span>
    )
  if (item.expiresAt === null || item.expiresAt - now() > soon) return null
  return (
    <span class="message-row__state message-row__state_soon">
      <Icon name="clock" /> {t('list.expires', { when: i18n.value.relative(item.expiresAt, now()) })}
    </span>
  )
}
