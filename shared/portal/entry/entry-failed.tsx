import type { ComponentChildren } from 'preact'
import { EmptyState } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { describeFailure } from '../failure.ts'
import { EntryPage } from './entry-page.tsx'

/** The gateway could not be asked: what happened, and a way to try again (`action`). */
export function EntryFailed({ error, action }: { error: unknown; action: ComponentChildren }) {
  const { title, words } = describeFailure(usePortal(), error)
  return (
    <EntryPage title={title}>
      <EmptyState level={1} icon="offline" announce title={title} actions={action}>
        {words}
      </EmptyState>
    </EntryPage>
  )
}
