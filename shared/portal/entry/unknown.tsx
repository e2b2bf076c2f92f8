import { EmptyState, LinkButton, Mark } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { followLink } from '../shell/follow-link.ts'
import { EntryPage } from './entry-page.tsx'

/** An address of the portal where there is nothing. */
export function UnknownScreen() {
  const { t, router, navigate } = usePortal()
  const inbox = { name: 'folder', folder: 'inbox' } as const
  return (
    <EntryPage title={t('shell.unknown.title')}>
      <EmptyState
        level={1}
        picture={<Mark size="l" />}
        title={t('shell.unknown.title')}
        actions={
          <LinkButton look="primary" href={router.href(inbox)} onClick={followLink(() => navigate(inbox))}>
            {t('link.to-portal')}
          </LinkButton>
        }
      >
        {t('shell.unknown.words')}
      </EmptyState>
    </EntryPage>
  )
}
