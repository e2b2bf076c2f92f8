import type { WaitingMessage } from '../../protocol.ts'
import { Icon } from '../../../shared/ui/index.ts'
import { usePopup } from './context.ts'
import './waiting-row.css'

/** How long before its end a message is said to expire in colour, ms. */
const soon = 3 * 86_400_000

/** One message: who, when, what, and which gateway holds it until when. Opens it in the portal's own window. */
export function WaitingRow({ message }: { message: WaitingMessage }) {
  const { popup, i18n, attempt, now } = usePopup()
  const { t } = i18n
  const { unread, from, at, subject, host, gateway, id } = message
  return (
    <li class="waiting-row">
      <button
        type="button"
        class={unread ? 'waiting-row__open waiting-row__open_unread' : 'waiting-row__open'}
        onClick={() => attempt(() => popup.openMessage(gateway, id))}
      >
        {unread ? (
          <>
            <span class="waiting-row__dot" aria-hidden="true" />
            <span class="unseen">{t('popup.unread')} </span>
          </>
        ) : null}
        <span class="waiting-row__who" dir="auto">
          {from}
        </span>
        <time class="waiting-row__when tabular" dateTime={new Date(at).toISOString()}>
          {i18n.listDate(at, now())}
        </time>
        <span class="waiting-row__subject" dir="auto">
          {subject.trim() || t('common.no-subject')}
        </span>
        <span class="waiting-row__held">
          <bdi class="waiting-row__host">{host}</bdi>
          <Expiry at={message.expires} />
        </span>
      </button>
    </li>
  )
}

function Expiry({ at }: { at: number | null }) {
  const { i18n, now } = usePopup()
  if (at === null) return null
  const left = at - now()
  return (
    <span class={left < soon ? 'waiting-row__end waiting-row__end_soon' : 'waiting-row__end'}>
      <Icon name="clock" />
      {left <= 0 ? i18n.t('popup.expired') : i18n.t('popup.expires', { when: i18n.relative(at, now()) })}
    </span>
  )
}
