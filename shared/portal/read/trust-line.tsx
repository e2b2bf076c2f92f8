import { Fragment } from 'preact'
import type { MessageView } from '../../contract/index.ts'
import { Icon } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { restrictions } from './permissions.ts'
import './trust-line.css'

/**
 * The one line that says who sent a message, which gateway says so, for whom it is, when it expires and what may not be
 * done with it. It stands at the same place of every message and never scrolls away.
 */
export function TrustLine({ view }: { view: MessageView }) {
  const { t, i18n, now, info } = usePortal()
  const host = info.value?.host
  const sent = view.folder === 'sent'
  const people = view.to.length + view.cc.length
  const denied = sent ? [] : restrictions(view.permissions)
  const pieces = [
    sent ? t('read.trust.by-you') : t('read.trust.sent-by', { organisation: view.organisation }),
    ...(host === undefined ? [] : [t('read.trust.host', { host })]),
    sent
      ? t('read.trust.recipients', { count: people })
      : people <= 1
        ? t('read.trust.only-you')
        : t('read.trust.for-others', { count: people - 1 }),
  ]
  const expiry =
    view.expiresAt === null
      ? t('read.trust.never')
      : t('read.trust.expires', { when: i18n.value.relative(view.expiresAt, now()) })
  return (
    <p class="trust-line">
      <Icon name="shield" />
      <span class="unseen">{t('read.trust')}: </span>
      <span class="trust-line__words">
        {pieces.map((piece, index) => (
          <Fragment key={index}>
            <bdi>{piece}</bdi>
            <Dot />
          </Fragment>
        ))}
        <bdi>
          {view.expiresAt === null ? (
            expiry
          ) : (
            <time dateTime={new Date(view.expiresAt).toISOString()} title={i18n.value.date(view.expiresAt)}>
              {expiry}
            </time>
          )}
        </bdi>
        {denied.length === 0 ? null : (
          <>
            <Dot />
            <bdi class="trust-line__denied">
              {t('read.trust.may-not', {
                what: i18n.value.list(denied.map((name) => t(`read.may.${name}`))),
              })}
            </bdi>
          </>
        )}
      </span>
    </p>
  )
}

const Dot = () => <span class="trust-line__dot"> · </span>
