import { useState } from 'preact/hooks'
import { Button, EmptyState } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { describeFailure } from '../failure.ts'
import { useKeys } from '../keys.ts'
import type { Route } from '../routes.ts'
import { useTitle } from '../title.ts'
import { DraftList } from './draft-list.tsx'
import { Folders } from './folders.tsx'
import { KeysHelp } from './keys-help.tsx'
import { MessageList } from './message-list.tsx'
import { Pane } from './pane.tsx'
import { TopBar } from './top-bar.tsx'
import './shell.css'

type FolderRoute = Extract<Route, { name: 'folder' }>

/** The portal proper: bar, folders, list, and what is open. On a phone either the list or what is open. */
export function Shell({ route }: { route: FolderRoute }) {
  const portal = usePortal()
  const { t, navigate, client, toast, lists } = portal
  const { folder, id } = route
  const [helping, setHelping] = useState(false)
  const [composing, setComposing] = useState(false)
  const unread = lists.unread.value ?? 0
  const place = t(`shell.${folder}`)
  useTitle(folder === 'inbox' && unread > 0 ? `(${unread}) ${place}` : place)

  const compose = () => {
    if (composing) return
    setComposing(true)
    client
      .createDraft({ kind: 'new' })
      .then(
        (draft) => {
          void lists.refresh('drafts')
          navigate({ name: 'folder', folder: 'drafts', id: draft.id })
        },
        (error: unknown) => toast({ text: describeFailure(portal, error).title }),
      )
      .finally(() => setComposing(false))
  }
  useKeys({
    u: () => navigate({ name: 'folder', folder }),
    c: compose,
    '?': () => setHelping(true),
  })

  return (
    <div class={id === undefined ? 'shell' : 'shell shell_open'}>
      <a class="shell__skip" href="#list">
        {t('shell.skip')}
      </a>
      <TopBar onHelp={() => setHelping(true)} />
      <nav class="shell__nav" aria-label={t('shell.folders')}>
        <div class="shell__compose">
          <Button
            look="primary"
            icon="compose"
            busy={composing ? t('shell.new-message-working') : undefined}
            onClick={compose}
          >
            {t('shell.new-message')}
          </Button>
        </div>
        <Folders current={folder} />
      </nav>
      <main class="shell__main">
        <div class="shell__list" id="list" tabIndex={-1}>
          {folder === 'drafts' ? (
            <DraftList openId={id} onCompose={compose} />
          ) : (
            <MessageList key={folder} folder={folder} openId={id} />
          )}
        </div>
        <section class="shell__pane" aria-label={t('shell.message')}>
          {id === undefined ? (
            <EmptyState icon={folder === 'drafts' ? 'draft' : 'mail'} title={t('shell.nothing-open')}>
              {t(folder === 'drafts' ? 'shell.draft-open-words' : 'shell.nothing-open-words')}
            </EmptyState>
          ) : (
            <Pane folder={folder} id={id} />
          )}
        </section>
      </main>
      {helping ? <KeysHelp onClose={() => setHelping(false)} /> : null}
    </div>
  )
}
