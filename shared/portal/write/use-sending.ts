import { useState } from 'preact/hooks'
import { usePortal } from '../context.ts'
import { describeFailure } from '../failure.ts'
import type { OpenDraft } from './open-draft.ts'
import { sentWords } from './sent-words.ts'

export interface Trouble {
  readonly title: string
  readonly words: string
}

interface SendingOptions {
  /** Recipients are wrong; with words where there are none at all (else the field says it). */
  readonly onPeopleWrong: (words: string | undefined) => void
  /** Why it was not sent; undefined once it is tried again. */
  readonly onProblem: (trouble: Trouble | undefined) => void
  readonly onDone?: () => void
}

/** `files`: waits for uploads; `now`: on its way. */
type Sending = 'no' | 'files' | 'now'

/** Sends a draft: checked, files waited for, saved, sent; and goes on to where the person came from. */
export function useSending(open: OpenDraft, { onPeopleWrong, onProblem, onDone }: SendingOptions) {
  const portal = usePortal()
  const { t, client, lists, navigate, toast } = portal
  const { draft, uploads, saver } = open
  const [sending, setSending] = useState<Sending>('no')

  const stop = (title: string, words: string) => {
    setSending('no')
    onProblem({ title, words })
  }
  const send = async (control?: Element) => {
    if (sending !== 'no') return
    onProblem(undefined)
    const fault = open.fault()
    if (fault !== undefined) {
      onPeopleWrong(fault === 'no-people' ? t('write.no-people') : undefined)
      return
    }
    setSending('files')
    await uploads.settled()
    const failed = uploads.failed.peek()
    if (failed > 0) {
      stop(t('write.problems'), t('write.files-failed', { count: failed }))
      return
    }
    setSending('now')
    if (!(await portal.guard(control))) {
      setSending('no')
      return
    }
    try {
      await saver.flush()
      const sent = await client.send(draft.id)
      saver.stop()
      toast({ text: sentWords(portal, sent) })
      void lists.refresh('drafts')
      void lists.refresh('sent')
      if (draft.messageId !== null && draft.kind !== 'forward')
        lists.patch(draft.messageId, { replied: true })
      if (onDone !== undefined) onDone()
      else if (draft.messageId !== null)
        navigate({ name: 'folder', folder: 'inbox', id: draft.messageId }, { replace: true })
      else navigate({ name: 'folder', folder: 'sent', id: sent.messageId }, { replace: true })
    } catch (error) {
      const { title, words } = describeFailure(portal, error)
      stop(t('write.send-failed'), t('write.send-failed-why', { why: `${title}. ${words}` }))
    }
  }
  return { sending, send }
}
