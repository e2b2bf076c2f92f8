import { Icon, type IconName } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import type { FolderName } from '../routes.ts'
import { followLink } from './follow-link.ts'
import './folders.css'

const folders: readonly { name: FolderName; icon: IconName }[] = [
  { name: 'inbox', icon: 'inbox' },
  { name: 'sent', icon: 'sent' },
  { name: 'drafts', icon: 'draft' },
]

export function Folders({ current }: { current: FolderName }) {
  const { t, router, navigate, lists } = usePortal()
  const unread = lists.unread.value ?? 0
  return (
    <ul class="folders">
      {folders.map(({ name, icon }) => (
        <li key={name}>
          <a
            class="folders__folder"
            href={router.href({ name: 'folder', folder: name })}
            aria-current={name === current ? 'page' : undefined}
            title={t(`shell.${name}`)}
            onClick={followLink(() => navigate({ name: 'folder', folder: name }))}
          >
            <Icon name={icon} />
            <span class="folders__name">{t(`shell.${name}`)}</span>
            {name === 'inbox' && unread > 0 ? (
              <span class="folders__unread tabular">
                <span aria-hidden="true">{unread > 999 ? '999+' : unread}</span>
                <span class="unseen">{t('shell.unread', { count: unread })}</span>
              </span>
            ) : null}
          </a>
        </li>
      ))}
    </ul>
  )
}
