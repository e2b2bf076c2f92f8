import type { MessageView } from '../../contract/index.ts'
import { IconButton, Menu, type MenuItem } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { keptName } from './kept-name.ts'
import type { MessageDocument } from './use-document.ts'
import { useSave } from './use-save.ts'

interface MessageToolsProps {
  view: MessageView
  body: MessageDocument
  asText: boolean
  setAsText: (asText: boolean) => void
  print: () => void
  markUnread: () => void
}

/** What can be done with a message besides answering it. */
export function MessageTools({ view, body, asText, setAsText, print, markUnread }: MessageToolsProps) {
  const { t, client } = usePortal()
  const save = useSave()
  const items: MenuItem[] = []
  if (body.clean !== undefined && view.text !== null)
    items.push({
      label: asText ? t('read.as-html') : t('read.as-text'),
      icon: 'draft',
      run: () => setAsText(!asText),
    })
  if (view.permissions.download)
    items.push({
      label: t('read.download-original'),
      icon: 'download',
      run: () => {
        const path = client.urls.original(view.id)
        if (save.needed) save.start(path, keptName(view.subject, t('read.message'), 'eml'))
        else window.location.assign(path)
      },
    })
  const actions: MenuItem[] = [
    ...(view.permissions.print ? [{ label: t('read.print'), icon: 'print', run: print } as const] : []),
    ...(view.folder === 'inbox'
      ? [{ label: t('read.mark-unread'), icon: 'mail', run: markUnread } as const]
      : []),
  ]
  // On a phone everything stands in the menu: the subject needs the width.
  return (
    <>
      <div class="message-head__tools_wide">
        {actions.map(({ label, icon = 'more', run }) => (
          <IconButton key={label} icon={icon} label={label} onClick={run} />
        ))}
        {items.length === 0 ? null : <Menu label={t('read.more')} icon="more" groups={[items]} />}
      </div>
      {items.length + actions.length === 0 ? null : (
        <div class="message-head__tools_narrow">
          <Menu
            label={t('read.more')}
            icon="more"
            groups={[actions, items].filter((group) => group.length > 0)}
          />
        </div>
      )}
    </>
  )
}
