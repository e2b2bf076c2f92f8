import { Fragment } from 'preact'
import type { MessageView } from '../../contract/index.ts'
import { Icon } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { restrictions } from './permissions.ts'
import './trust-line.css'

/**
 * The one line that says who sent a message, which gateway says so, for whom it is, when it expires and what may not be
 * done with it. It stands at the same place of every message and never scrolls away. Of one that is gone it says
 * nothing that holds no more.
 */
export function TrustLine({ view }: { view: MessageView }) {
  const { t, info } = usePortal()
  const host = info.value?.host
  const sent = view.folder === 'sent'
  const held = view.state === 'held'
  const people = view.to.length + view.cc.length
  const pieces = [
    sent ? t('read.trust.by-you') : t('read.trust.sent-by', { organisation: view.organisation }),
    ...(held && host !== undefined ? [t('read.trust.host', { host })] : []),
    sent
      ? t('read.trust.recipients', { count: people })
      : people <= 1
        ? t('read.trust.only-you')
        : t('read.trust.for-others', { count: people - 1 }),
    ...(held ? [<Expiry at={view.expiresAt} />] : []),
    ...(held && !sent && restrictions(view.permissions).length > 0 ? [<Denied view={view} />] : []),
  ]
  return (
    <p class="trust-line">
      <Icon name="shield" />
      <span class="unseen">{t('read.trust')}: </span>
      <span class="trust-line__words">
        {pieces.map((piece, index) => (
          <Fragment key={index}>
            {index > 0 ? <span class="trust-line__dot"> · </span> : null}
            <bdi>{piece}</bdi>
          </Fragment>
        ))}
      </span>
    </p>
  )
}

function Expiry({ at }: { at: number | null }) {
  const { t, i18n, now } = usePortal()
  if (at === null) return t('read.trust.never')
  return (
    <time dateTime={new Date(at).toISOString()} title={i18n.value.date(at)}>
      {t('read.trust.expires', { when: i18n.value.relative(at, now()) })}
    </time>
  )
}

function Denied({ view }: { view: MessageView }) {
  const { t, i18n } = usePortal()
  const names = restrictions(view.permissions).map((name) => t(`read.may.${name}`))
  return <span class="trust-line__denied">{t('read.trust.may-not', { what: i18n.value.list(names) })}</span>
}
