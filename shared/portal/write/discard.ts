import type { Portal } from '../context.ts'

/** As long as the toast stands (ms). */
const undoFor = 8000

/**
 * Throws a draft away, but for a moment only from sight: it is deleted at the gateway when the moment to take it back
 * is over. Where the page is closed before, the draft is simply still there.
 */
export function discardDraft(
  { client, lists, toast, navigate, t }: Pick<Portal, 'client' | 'lists' | 'toast' | 'navigate' | 't'>,
  draftId: string,
): void {
  lists.drafts.hide(draftId, true)
  const timer = setTimeout(() => {
    client
      .deleteDraft(draftId)
      .then(() => lists.refresh('drafts'))
      .catch(() => lists.drafts.hide(draftId, false)) // it is still there, and so it is shown again
  }, undoFor)
  toast({
    text: t('write.discarded'),
    undo: {
      label: t('common.undo'),
      run: () => {
        clearTimeout(timer)
        lists.drafts.hide(draftId, false)
        navigate({ name: 'folder', folder: 'drafts', id: draftId })
      },
    },
  })
  navigate({ name: 'folder', folder: 'drafts' })
}
