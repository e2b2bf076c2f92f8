import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Draft, DraftContent } from '../../contract/index.ts'
import type { Portal } from '../context.ts'
import { type AddressFault, faultOf } from './addresses.ts'
import { splitQuoted } from './quoted.ts'
import { createSaver, type Saver } from './saver.ts'
import { createUploads, type Uploads } from './uploads.ts'

/** A draft being written: what is typed, its saving, its files. Lives as long as its composer. */
export interface OpenDraft {
  readonly draft: Draft
  /** HTML the editor begins with; not clean. */
  readonly firstHtml: string
  readonly to: ReadonlySignal<readonly string[]>
  readonly cc: ReadonlySignal<readonly string[]>
  readonly subject: ReadonlySignal<string>
  readonly quoted: ReadonlySignal<string>
  readonly saver: Saver<DraftContent>
  readonly uploads: Uploads
  /** True while leaving the page would lose something. */
  readonly wouldLose: ReadonlySignal<boolean>
  change(
    change: Partial<{
      to: readonly string[]
      cc: readonly string[]
      subject: string
      own: string
      quoted: string
    }>,
  ): void
  /** What keeps it from being sent. */
  fault(): 'no-people' | AddressFault | undefined
}

const subjectLimit = 2000

export function openDraft(
  { client, lists, now }: Pick<Portal, 'client' | 'lists' | 'now'>,
  draft: Draft,
  attached: (name: string) => void,
): OpenDraft {
  const html = splitQuoted(draft.html)
  const to = signal<readonly string[]>(draft.to)
  const cc = signal<readonly string[]>(draft.cc)
  const subject = signal(draft.subject)
  const quoted = signal(html.quoted)
  let own = html.own
  let listed = draft.subject
  const saver = createSaver<DraftContent>(async (content) => {
    const saved = await client.saveDraft(draft.id, content)
    // The list of drafts shows subject and recipients alone.
    const shown = `${content.subject} ${content.to.join()}`
    if (shown !== listed) void lists.refresh('drafts')
    listed = shown
    return saved
  })
  const uploads = createUploads(
    {
      add: (file, name, options) => client.addFile(draft.id, file, name, options),
      remove: (fileId) => client.removeFile(draft.id, fileId),
    },
    draft.files,
    { now, attached },
  )
  return {
    draft,
    firstHtml: html.own,
    to,
    cc,
    subject,
    quoted,
    saver,
    uploads,
    wouldLose: computed(() => saver.status.value.state !== 'saved' || uploads.open.value > 0),
    change: (change) => {
      if (change.to !== undefined) to.value = change.to
      if (change.cc !== undefined) cc.value = change.cc
      if (change.subject !== undefined) subject.value = change.subject.slice(0, subjectLimit)
      if (change.quoted !== undefined) quoted.value = change.quoted
      if (change.own !== undefined) own = change.own
      saver.change({
        to: [...to.peek()],
        cc: [...cc.peek()],
        subject: subject.peek(),
        html: own + quoted.peek(),
      })
    },
    fault: () => {
      if (!draft.recipientsEditable) return undefined
      const people = [...to.peek(), ...cc.peek()]
      if (people.length === 0) return 'no-people'
      return people.map((address) => faultOf(address, draft.allowed)).find((fault) => fault !== undefined)
    },
  }
}
