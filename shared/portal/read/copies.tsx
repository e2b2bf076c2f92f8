import { useState } from 'preact/hooks'
import type { MessageView } from '../../contract/index.ts'
import { Button, Icon, type IconName } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import './copies.css'

type Copy = MessageView['copies'][number]

const shownAtOnce = 4

/** What became of a message one sent, for each recipient. */
export function Copies({ copies }: { copies: readonly Copy[] }) {
  const { t, i18n } = usePortal()
  const [all, setAll] = useState(false)
  const read = copies.filter(({ readAt }) => readAt !== null).length
  const shown = all ? copies : copies.slice(0, shownAtOnce)
  const words = ({ state, readAt }: Copy) => {
    const when = readAt === null ? '' : i18n.value.date(readAt)
    if (state === 'recalled') return t('read.copy.recalled')
    if (state === 'lost') return t('read.copy.lost')
    if (state === 'expired')
      return readAt === null ? t('read.copy.expired') : t('read.copy.expired-read', { when })
    return readAt === null ? t('read.copy.unread') : t('read.copy.read', { when })
  }
  return (
    <section class="copies" aria-label={t('read.copies')}>
      <p class="copies__head">
        {t('read.copies-read', { read: i18n.value.number(read), count: i18n.value.number(copies.length) })}
      </p>
      <ul class="copies__list" tabIndex={all ? 0 : undefined}>
        {shown.map((copy) => (
          <li
            key={copy.address}
            class={copy.readAt === null ? 'copies__copy' : 'copies__copy copies__copy_read'}
          >
            <Icon name={iconOf(copy)} />
            <bdi class="copies__address">{copy.address}</bdi>
            <span class="muted">{words(copy)}</span>
          </li>
        ))}
      </ul>
      {all || copies.length <= shownAtOnce ? null : (
        <Button look="quiet" onClick={() => setAll(true)}>
          {t('read.all-recipients', { count: copies.length })}
        </Button>
      )}
    </section>
  )
}

function iconOf({ state, readAt }: Copy): IconName {
  if (state === 'recalled') return 'recalled'
  if (state === 'expired') return 'clock'
  if (state === 'lost') return 'warning'
  return readAt === null ? 'mail' : 'check-circle'
}
