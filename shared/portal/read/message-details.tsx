import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Mailbox, MessageView } from '../../contract/index.ts'
import { Button } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { PersonName } from './people-line.tsx'
import { allowances, restrictions } from './permissions.ts'
import './message-details.css'

/** Everything about a message that its header has no room for, and who decided what may be done with it. */
export function MessageDetails({ view, id }: { view: MessageView; id: string }) {
  const { t, i18n, info, session } = usePortal()
  const you = session.person.value?.address
  const setBy = (name: string) => {
    const who = view.setBy[name]
    return who === undefined || who === 'gateway' ? null : (
      <span class="muted"> ({t(`read.set-by.${who}`, { organisation: view.organisation })})</span>
    )
  }
  const allowed = allowances(view.permissions)
  const denied = restrictions(view.permissions)
  return (
    <dl class="message-details" id={id}>
      <Row name={t('read.from')}>
        <PersonName person={view.from} />
      </Row>
      <Row name={t('read.to')}>
        <PeopleList people={view.to} you={you} />
      </Row>
      {view.cc.length === 0 ? null : (
        <Row name={t('read.cc')}>
          <PeopleList people={view.cc} you={you} />
        </Row>
      )}
      <Row name={t('read.date')}>
        <time dateTime={new Date(view.at).toISOString()}>{i18n.value.exactDate(view.at)}</time>
      </Row>
      <Row name={t('read.organisation')}>
        <bdi>{view.organisation}</bdi>
      </Row>
      {info.value === undefined ? null : <Row name={t('read.gateway')}>{info.value.host}</Row>}
      <Row name={t('read.trust.expires-on')}>
        {view.expiresAt === null ? t('read.trust.never') : i18n.value.exactDate(view.expiresAt)}
        {setBy('expiryDays')}
      </Row>
      {view.folder === 'sent' ? null : (
        <>
          {allowed.length === 0 ? null : (
            <Row name={t('read.trust.allowed')}>
              {i18n.value.list(allowed.map((name) => t(`read.may.${name}`)))}
            </Row>
          )}
          {denied.length === 0 ? null : (
            <Row name={t('read.trust.not-allowed')}>
              {denied.map((name, index) => (
                <span key={name}>
                  {index === 0 ? '' : ', '}
                  {t(`read.may.${name}`)}
                  {setBy(name)}
                </span>
              ))}
            </Row>
          )}
          {view.receipt ? <Row name={t('read.receipt-label')}>{t('read.receipt')}</Row> : null}
        </>
      )}
    </dl>
  )
}

function Row({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="message-details__row">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const shownAtOnce = 8

/** People one under the other; very many fold. */
function PeopleList({ people, you }: { people: readonly Mailbox[]; you: string | undefined }) {
  const { t } = usePortal()
  const [all, setAll] = useState(false)
  const shown = all ? people : people.slice(0, shownAtOnce)
  return (
    <>
      <ul class="message-details__people" tabIndex={all && people.length > shownAtOnce ? 0 : undefined}>
        {shown.map((person, index) => (
          <li key={index}>
            <PersonName person={person} you={you} />
          </li>
        ))}
      </ul>
      {people.length <= shownAtOnce || all ? null : (
        <Button look="quiet" onClick={() => setAll(true)}>
          {t('read.all-recipients', { count: people.length })}
        </Button>
      )}
    </>
  )
}
