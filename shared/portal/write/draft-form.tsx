import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Banner, Button, Icon, IconButton } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { describeFailure } from '../failure.ts'
import { allowedWords } from './allowed-words.ts'
import { discardDraft } from './discard.ts'
import { Editor, type EditorHandle } from './editor.tsx'
import { FileList } from './file-list.tsx'
import type { OpenDraft } from './open-draft.ts'
import { FixedPeople } from './fixed-people.tsx'
import { QuotedMessage } from './quoted-message.tsx'
import { Recipients } from './recipients.tsx'
import { SaveState } from './save-state.tsx'
import type { Upload } from './uploads.ts'
import { useFileDrop } from './use-file-drop.ts'
import { useLeaveGuard } from './use-leave-guard.ts'
import { useSaveOnHide } from './use-save-on-hide.ts'
import { type Trouble, useSending } from './use-sending.ts'

interface DraftFormProps {
  open: OpenDraft
  /** Said to screen readers. */
  said: string
  say: (words: string) => void
  onDone?: () => void
}

/** An opened draft: recipients, subject, text, files, and what becomes of them. */
export function DraftForm({ open, said, say, onDone }: DraftFormProps) {
  const portal = usePortal()
  const { t, i18n, toast } = portal
  const { draft, uploads, saver } = open
  const id = useId()
  const editor = useRef<EditorHandle | undefined>(undefined)
  const picker = useRef<HTMLInputElement>(null)
  const trouble = useRef<HTMLDivElement>(null)
  const [ccShown, setCcShown] = useState(draft.cc.length > 0)
  const [problem, setProblem] = useState<Trouble | undefined>()
  const [peopleError, setPeopleError] = useState<string>()
  useLeaveGuard(open.wouldLose.value)
  useSaveOnHide(open)

  const attach = (files: Iterable<File>) => uploads.add(files)
  const drop = useFileDrop(({ files, folders }) => {
    attach(files)
    if (folders) toast({ text: t('write.no-folders') })
  })

  const { sending, send } = useSending(open, {
    onPeopleWrong: (words) => {
      if (words !== undefined) setPeopleError(words)
      document.getElementById(`${id}-to`)?.focus()
    },
    onProblem: setProblem,
    ...(onDone === undefined ? {} : { onDone }),
  })
  useLayoutEffect(() => {
    if (problem !== undefined) trouble.current?.focus()
  }, [problem])

  const discard = () => {
    saver.stop()
    for (const upload of uploads.items.peek()) if (upload.id === undefined) void uploads.remove(upload.key)
    discardDraft(portal, draft.id)
  }
  const removeFile = (upload: Upload) => {
    uploads.remove(upload.key).then(
      () => say(t('write.file-removed', { name: upload.name })),
      (error: unknown) => {
        const { title, words } = describeFailure(portal, error)
        setProblem({ title, words })
      },
    )
  }

  const people = [...open.to.value, ...open.cc.value]
  const working =
    sending === 'files' ? t('write.send-after-files') : sending === 'now' ? t('write.sending') : undefined
  return (
    <form
      class={drop.over ? 'composer composer_dropping' : 'composer'}
      aria-labelledby={`${id}-title`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void send(event.submitter ?? undefined)
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        void send()
      }}
      {...drop.handlers}
    >
      <div class="composer__scroll">
        <header class="composer__head">
          <h1 class="composer__title" id={`${id}-title`} tabIndex={-1}>
            {t(`write.title.${draft.kind}`)}
          </h1>
          {problem === undefined ? null : (
            <div ref={trouble} tabIndex={-1} class="composer__trouble">
              <Banner tone="error" title={problem.title} announce>
                {problem.words}
              </Banner>
            </div>
          )}
          {draft.recipientsEditable ? (
            <div class="composer__people">
              <Recipients
                id={`${id}-to`}
                label={t('write.to')}
                people={open.to.value}
                allowed={draft.allowed}
                error={people.length === 0 ? peopleError : undefined}
                autofocus={draft.to.length === 0}
                onChange={(to) => open.change({ to })}
              />
              {ccShown ? (
                <Recipients
                  id={`${id}-cc`}
                  label={t('write.cc')}
                  people={open.cc.value}
                  allowed={draft.allowed}
                  onChange={(cc) => open.change({ cc })}
                />
              ) : (
                <button
                  type="button"
                  class="composer__add-cc"
                  aria-label={t('write.add-cc')}
                  onClick={() => {
                    setCcShown(true)
                    requestAnimationFrame(() => document.getElementById(`${id}-cc`)?.focus())
                  }}
                >
                  {t('write.cc')}
                </button>
              )}
              {draft.allowed.length === 0 ? null : (
                <p class="composer__hint">
                  {t('write.allowed', { who: allowedWords(t, i18n.value, draft.allowed) })}
                </p>
              )}
            </div>
          ) : (
            <FixedPeople to={open.to.value} cc={open.cc.value} />
          )}
          <div class="composer__subject">
            <label for={`${id}-subject`}>{t('write.subject')}</label>
            <input
              id={`${id}-subject`}
              type="text"
              autocomplete="off"
              dir="auto"
              maxLength={2000}
              value={open.subject.value}
              onInput={(event) => open.change({ subject: event.currentTarget.value })}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.isComposing) return
                event.preventDefault()
                editor.current?.focus()
              }}
            />
          </div>
        </header>
        <Editor
          html={open.firstHtml}
          autofocus={!draft.recipientsEditable || draft.to.length > 0}
          onChange={(own) => open.change({ own })}
          onFiles={attach}
          onReady={(handle) => {
            editor.current = handle
          }}
        />
        {open.quoted.value === '' ? null : (
          <QuotedMessage
            html={open.quoted.value}
            onRemove={() => open.change({ quoted: '' })}
            onEdit={() => {
              const quoted = open.quoted.peek()
              open.change({ quoted: '' })
              editor.current?.append(quoted)
            }}
          />
        )}
        <FileList uploads={uploads} onRemove={removeFile} />
      </div>
      <footer class="composer__foot">
        <Button type="submit" look="primary" icon="sent" busy={working} aria-keyshortcuts="Control+Enter">
          {t('write.send')}
        </Button>
        <IconButton icon="attachment" label={t('write.attach')} onClick={() => picker.current?.click()} />
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          tabIndex={-1}
          aria-label={t('write.attach')}
          onChange={(event) => {
            attach(Array.from(event.currentTarget.files ?? []))
            event.currentTarget.value = ''
          }}
        />
        <SaveState status={saver.status} />
        <IconButton icon="trash" label={t('write.discard')} onClick={discard} />
      </footer>
      <p class="unseen" role="status">
        {uploads.open.value > 0 ? t('write.files-sending', { count: uploads.open.value }) : said}
      </p>
      {drop.over ? (
        <div class="composer__drop" aria-hidden="true">
          <Icon name="attachment" />
          {t('write.drop')}
        </div>
      ) : null}
    </form>
  )
}
