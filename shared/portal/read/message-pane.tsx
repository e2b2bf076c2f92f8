import { useEffect, useId, useState } from 'preact/hooks'
import type { DraftKind, MessageView } from '../../contract/index.ts'
import { Banner, Button, EmptyState, Skeleton } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { describeFailure } from '../failure.ts'
import { useKeys } from '../keys.ts'
import { AttachmentList } from './attachment-list.tsx'
import { Copies } from './copies.tsx'
import { MessageBody } from './message-body.tsx'
import { isOpen, MessageClosed } from './message-closed.tsx'
import { MessageHead } from './message-head.tsx'
import { MessageTools } from './message-tools.tsx'
import { printView } from './print-view.ts'
import { type MessageDocument, useDocument } from './use-document.ts'
import { useFoldedHead } from './use-folded-head.ts'
import { useHeadingFocus } from './use-heading-focus.ts'
import { useMessage } from './use-message.ts'
import './message-pane.css'

/** One message, opened because a person went to it. Fills the place it is given. */
export function MessagePane({ id }: { folder: 'inbox' | 'sent'; id: string }) {
  const portal = usePortal()
  const { t } = portal
  const message = useMessage(id)
  const body = useDocument(message.view)

  if (message.failure !== undefined) {
    const failure = describeFailure(portal, message.failure)
    return (
      <div class="message-pane">
        <EmptyState
          icon="error"
          title={failure.title}
          announce
          actions={<Button onClick={message.retry}>{t('common.retry')}</Button>}
        >
          <p>{failure.words}</p>
        </EmptyState>
      </div>
    )
  }
  if (body === undefined)
    return (
      <div class="message-pane message-pane_waiting" aria-busy="true">
        <Skeleton lines={6} label={t('read.loading')} />
      </div>
    )
  return <OpenMessage body={body} waiting={message.slow || body.of.id !== id} />
}

function OpenMessage({ body, waiting }: { body: MessageDocument; waiting: boolean }) {
  const portal = usePortal()
  const { t, client, lists, toast, i18n } = portal
  const view = body.of
  const headingId = useId()
  const heading = useHeadingFocus(view.id)
  const [asText, setAsText] = useState(false)
  const [folded, setFolded] = useFoldedHead(view.id)
  const [answering, setAnswering] = useState<DraftKind>()
  const [failure, setFailure] = useState<unknown>()
  useEffect(() => {
    setAsText(false)
    setFailure(undefined)
  }, [view.id])

  const { permissions } = view
  const open = isOpen(view)
  const answer = async (kind: DraftKind) => {
    if (answering !== undefined) return
    setAnswering(kind)
    setFailure(undefined)
    try {
      const draft = await client.createDraft({ kind, messageId: view.id })
      void lists.refresh('drafts')
      portal.navigate({ name: 'folder', folder: 'drafts', id: draft.id })
    } catch (error) {
      setFailure(error)
    }
    setAnswering(undefined)
  }
  const markUnread = () => {
    lists.patch(view.id, { unread: true })
    client.mark(view.id, true).then(
      () => toast({ text: t('read.marked-unread') }),
      (error: unknown) => {
        lists.patch(view.id, { unread: false })
        setFailure(error)
      },
    )
  }
  const print = () => printView(portal, body)

  const answers = (
    [
      ['reply', 'reply', 'read.reply', permissions.reply],
      ['reply-all', 'reply-all', 'read.reply-all', permissions.replyAll && othersToo(view)],
      ['forward', 'forward', 'read.forward', permissions.forward],
    ] as const
  ).filter(([, , , allowed]) => allowed && open && view.folder === 'inbox')
  const may = (kind: DraftKind) => answers.some(([one]) => one === kind)
  useKeys({
    // In a frame Escape closes all of it.
    ...(portal.surface === 'frame'
      ? {}
      : { Escape: () => portal.navigate({ name: 'folder', folder: view.folder }) }),
    ...(may('reply') ? { r: () => void answer('reply') } : {}),
    ...(may('reply-all') ? { a: () => void answer('reply-all') } : {}),
    ...(may('forward') ? { f: () => void answer('forward') } : {}),
  })

  // Who came to answer: where that is not allowed, the message alone is open.
  useEffect(() => {
    if (portal.takePurpose() === 'reply' && may('reply')) void answer('reply')
  }, [view.id])

  const files = view.attachments.filter((file) => !file.inline || body.clean === undefined)
  const problem = failure === undefined ? undefined : describeFailure(portal, failure)
  return (
    <article
      class={`message-pane${open && permissions.print ? '' : ' message-pane_unprintable'}${folded ? ' message-pane_folded' : ''}`}
      aria-labelledby={headingId}
      aria-busy={waiting}
    >
      <div class={waiting ? 'message-pane__waiting' : 'message-pane__waiting message-pane__waiting_over'} />
      <MessageHead
        view={view}
        headingId={headingId}
        headingRef={heading}
        folded={folded}
        fold={setFolded}
        tools={
          open ? (
            <MessageTools
              view={view}
              body={body}
              asText={asText}
              setAsText={setAsText}
              print={print}
              markUnread={markUnread}
            />
          ) : null
        }
      />
      {problem === undefined ? null : (
        <div class="message-pane__failure">
          <Banner tone="error" title={problem.title} announce>
            {problem.words}
          </Banner>
        </div>
      )}
      {view.copies.length === 0 ? null : <Copies copies={view.copies} />}
      {open ? (
        <>
          {files.length === 0 ? null : <AttachmentList view={view} files={files} />}
          <MessageBody body={body} asText={asText} />
          {answers.length === 0 ? null : (
            <footer class="message-pane__answers">
              {answers.map(([kind, icon, words], index) => (
                <Button
                  key={kind}
                  look={index === 0 ? 'primary' : 'plain'}
                  icon={icon}
                  busy={answering === kind ? t('read.answering') : undefined}
                  onClick={() => void answer(kind)}
                >
                  {t(words)}
                </Button>
              ))}
            </footer>
          )}
        </>
      ) : (
        <MessageClosed view={view} />
      )}
      {permissions.print ? null : (
        <p class="message-pane__no-print" lang={i18n.value.language}>
          {t('read.printing-not-allowed')}
        </p>
      )}
    </article>
  )
}

/** Replying to all is only something else where there are others. */
const othersToo = (view: MessageView) => view.to.length + view.cc.length > 1
