import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Icon, Mark } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { LanguageMenu } from '../language-menu.tsx'
import { useTitle } from '../title.ts'
import { IssuesDialog } from './issues.tsx'
import './entry-page.css'

interface EntryPageProps {
  title: string
  /** What has been entered as address, for Login issues. */
  address?: string
  /** Known to belong to an account; undefined where that is not known. */
  internal?: boolean | undefined
  children: ComponentChildren
}

/** The surface of everything before the portal proper: one card, the gateway's name, help at the foot. */
export function EntryPage({ title, address = '', internal, children }: EntryPageProps) {
  const { t, info, surface } = usePortal()
  const [asking, setAsking] = useState(false)
  useTitle(title)
  const host = info.value?.host
  return (
    <div class="entry-page">
      {surface === 'frame' ? null : (
        <header class="entry-page__bar">
          <span class="entry-page__name">
            <Mark />
            {t('shell.product')}
          </span>
          <LanguageMenu />
        </header>
      )}
      <main class="entry-page__main">
        <div class="entry-page__card">{children}</div>
        <div class="entry-page__foot">
          {host === undefined ? (
            <span />
          ) : (
            <p class="entry-page__gateway">
              <Icon name="shield" />
              <span class="wrap-anywhere">{t('sign-in.gateway', { host })}</span>
            </p>
          )}
          <button type="button" class="text-button" onClick={() => setAsking(true)}>
            {t('issues.open')}
          </button>
          {surface === 'frame' ? <LanguageMenu /> : null}
        </div>
      </main>
      {asking ? (
        <IssuesDialog address={address} internal={internal} onClose={() => setAsking(false)} />
      ) : null}
    </div>
  )
}
