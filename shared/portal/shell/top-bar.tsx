import { useState } from 'preact/hooks'
import { IconButton, Mark, Menu } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { useLanguageItems } from '../language-menu.tsx'
import { followLink } from './follow-link.ts'
import './top-bar.css'

const inbox = { name: 'folder', folder: 'inbox' } as const

/** The mark, whose gateway it is, and the person's own menu. */
export function TopBar({ onHelp }: { onHelp: () => void }) {
  const { t, info, session, toast, router, navigate } = usePortal()
  const [leaving, setLeaving] = useState(false)
  const languageItems = useLanguageItems()
  const person = session.person.value
  const name = person?.name || person?.address || ''

  const leave = (everywhere: boolean) => {
    if (leaving) return
    setLeaving(true)
    session
      .signOut(everywhere)
      .then(
        () => {
          if (everywhere) toast({ text: t('shell.signed-out-everywhere') })
        },
        () => toast({ text: t('common.offline.title') }),
      )
      .finally(() => setLeaving(false))
  }
  return (
    <header class="top-bar">
      <a class="top-bar__name" href={router.href(inbox)} onClick={followLink(() => navigate(inbox))}>
        <Mark />
        <span>{t('shell.product')}</span>
      </a>
      <span class="top-bar__host" title={t('sign-in.gateway', { host: info.value?.host ?? '' })}>
        {info.value?.host}
      </span>
      <div class="top-bar__end">
        <span class="top-bar__keys">
          <IconButton icon="keyboard" label={t('shell.keys')} onClick={onHelp} />
        </span>
        <Menu
          label={t('shell.account', { person: name })}
          head={
            <div class="top-bar__person">
              {person?.name ? (
                <strong>
                  <bdi>{person.name}</bdi>
                </strong>
              ) : null}
              <span class="muted small wrap-anywhere">
                <bdi>{person?.address}</bdi>
              </span>
            </div>
          }
          groups={[
            languageItems,
            [
              { label: t('shell.sign-out'), icon: 'sign-out', run: () => leave(false) },
              { label: t('shell.sign-out-everywhere'), icon: 'shield', run: () => leave(true) },
            ],
          ]}
        >
          <span class="top-bar__letter" aria-hidden="true">
            {Array.from(name)[0]?.toLocaleUpperCase()}
          </span>
        </Menu>
      </div>
    </header>
  )
}
