import type { Mailbox } from '../../contract/index.ts'
import { usePortal } from '../context.ts'
import './people-line.css'

/** A person by name and address: a name alone could be anybody's. */
export function PersonName({ person, you }: { person: Mailbox; you?: string | undefined }) {
  const { t } = usePortal()
  if (you !== undefined && person.address.toLowerCase() === you.toLowerCase())
    return (
      <span class="person-name">
        <bdi class="person-name__name">{t('read.you')}</bdi>{' '}
        <bdi class="person-name__address">&lt;{person.address}&gt;</bdi>
      </span>
    )
  return person.name === '' || person.name === person.address ? (
    <bdi class="person-name person-name__name">{person.address}</bdi>
  ) : (
    <span class="person-name">
      <bdi class="person-name__name">{person.name}</bdi>{' '}
      <bdi class="person-name__address">&lt;{person.address}&gt;</bdi>
    </span>
  )
}

/** First letter of a name in a disc: helps the eye, says nothing. */
export function Disc({ person }: { person: Mailbox }) {
  const letter = Array.from((person.name || person.address).replace(/[^\p{L}\p{N}]/gu, ''))[0] ?? '?'
  return (
    <span class="disc" aria-hidden="true">
      {letter.toLocaleUpperCase()}
    </span>
  )
}
