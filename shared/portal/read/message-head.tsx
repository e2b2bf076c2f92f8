import { useId, useState } from 'preact/hooks'
import type { ComponentChildren, Ref } from 'preact'
import type { MessageView } from '../../contract/index.ts'
import { Icon, IconButton } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { MessageDetails } from './message-details.tsx'
import { Disc, PersonName } from './people-line.tsx'
import { TrustLine } from './trust-line.tsx'
import './message-head.css'

interface MessageHeadProps {
  view: MessageView
  headingId: string
  headingRef: Ref<HTMLHeadingElement>
  /** Buttons beside the subject. */
  tools: ComponentChildren
  /** True where the person made room for the message (on a phone): one line is left. */
  folded: boolean
  fold: (folded: boolean) => void
}

const longSubject = 160

/** Subject, sender by name and address, recipients, date, and the trust line. */
export function MessageHead({ view, headingId, headingRef, tools, folded, fold }: MessageHeadProps) {
  const { t, i18n, now } = usePortal()
  const [details, setDetails] = useState(false)
  const [whole, setWhole] = useState(false)
  const detailsId = useId()
  const long = view.subject.length > longSubject
  return (
    <header class={folded ? 'message-head message-head_folded' : 'message-head'}>
      <button type="button" class="message-head__strip" aria-expanded={!folded} onClick={() => fold(false)}>
        <Icon name="shield" />
        <span class="message-head__strip-words">
          <bdi>{view.from.name || view.from.address}</bdi>
          {' · '}
          <bdi>{view.subject}</bdi>
        </span>
        <Icon name="chevron-down" label={t('read.show-head')} />
      </button>
      <div class="message-head__top">
        <div class="message-head__title">
          <h1
            ref={headingRef}
            id={headingId}
            // A long subject shown whole scrolls, so the keyboard must reach it.
            tabIndex={long && whole ? 0 : -1}
            dir="auto"
            class={`message-head__subject${long ? ` message-head__subject_${whole ? 'whole' : 'short'}` : ''}`}
          >
            {view.subject.trim() === '' ? t('common.no-subject') : view.subject}
          </h1>
          {long ? (
            <button
              type="button"
              class="message-head__more message-head__more_subject"
              aria-expanded={whole}
              onClick={() => setWhole(!whole)}
            >
              {whole ? t('read.short-subject') : t('read.whole-subject')}
            </button>
          ) : null}
        </div>
        <div class="message-head__tools">{tools}</div>
      </div>
      <div class="message-head__people">
        <Disc person={view.from} />
        <div class="message-head__names">
          <p class="message-head__from">
            <PersonName person={view.from} />
          </p>
          <p class="message-head__to">
            <ToLine view={view} />
            <button
              type="button"
              class="message-head__more"
              aria-expanded={details}
              aria-controls={detailsId}
              onClick={() => setDetails(!details)}
            >
              {details ? t('read.hide-details') : t('read.details')}
            </button>
          </p>
        </div>
        <div class="message-head__side">
          <time
            class="message-head__date tabular"
            dateTime={new Date(view.at).toISOString()}
            title={i18n.value.exactDate(view.at)}
          >
            <span class="message-head__date-long">{i18n.value.date(view.at)}</span>
            <span class="message-head__date-short" aria-hidden="true">
              {i18n.value.listDate(view.at, now())}
            </span>
          </time>
          <div class="message-head__fold">
            <IconButton icon="chevron-down" label={t('read.hide-head')} onClick={() => fold(true)} />
          </div>
        </div>
      </div>
      <TrustLine view={view} />
      {details ? <MessageDetails view={view} id={detailsId} /> : null}
    </header>
  )
}

const namedAtMost = 2

function ToLine({ view }: { view: MessageView }) {
  const { t, i18n, session } = usePortal()
  const you = session.person.value?.address.toLowerCase()
  const people = [...view.to, ...view.cc]
  const nameOf = ({ address, name }: { address: string; name: string }) =>
    address.toLowerCase() === you ? t('read.you') : name || address
  // You come first: whether it was written to you is what one looks for.
  const sorted = [
    ...people.filter(({ address }) => address.toLowerCase() === you),
    ...people.filter(({ address }) => address.toLowerCase() !== you),
  ]
  const named = sorted.slice(0, sorted.length === namedAtMost + 1 ? namedAtMost + 1 : namedAtMost).map(nameOf)
  const rest = sorted.length - named.length
  const words = i18n.value.list(rest > 0 ? [...named, t('read.others', { count: rest })] : named)
  return (
    <span class="message-head__recipients">
      {i18n.value.parts('read.to-line', { people: <bdi>{words}</bdi> })}
    </span>
  )
}
