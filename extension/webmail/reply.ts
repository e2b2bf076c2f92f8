import { groundBehind } from './ground.ts'
import type { Errand, Handle } from './opener.ts'
import { mayStandAt, stackedBefore } from './place.ts'
import { blockIn, composeOf, isEditor, isRoomy, replyAddresses } from './recipients.ts'
import type { Kit } from './kit.ts'
import type { Ask } from './runtime.ts'
import type { PageWords } from '../protocol.ts'

/** Recognises a reply to a notification that is being written in the webmail (C6). */
export interface ReplyWatch {
  /** Something to write in has come into the page. */
  readonly editable: (element: Element) => void
}

export interface ReplyWatchOptions {
  readonly document: Document
  readonly signal: AbortSignal
  readonly ask: Ask
  /** Words, once it is known that we may run here. */
  readonly begin: () => Promise<PageWords | undefined>
  readonly kit: () => Promise<Kit | undefined>
  readonly open: (handle: Handle, errand: Errand) => Promise<void>
}

/** Until a webmail has filled in the recipients of a reply, ms; then again, for slow ones. */
const pauses = [400, 2000]

/** Looks only where a person writes: when an editor appears, or takes the focus. */
export function createReplyWatch({ document, signal, ask, begin, kit, open }: ReplyWatchOptions): ReplyWatch {
  const bars = new WeakMap<Element, Handle>()
  const dismissed = new WeakSet<Element>()
  const waiting = new Set<Element>()
  const shown = new Set<Handle>()

  const check = async (editable: Element): Promise<void> => {
    if (!editable.isConnected || document.hidden || signal.aborted) return
    const { editor, form } = composeOf(editable)
    if (dismissed.has(form) || bars.get(form)?.host.isConnected || !isRoomy(editor)) return
    const addresses = replyAddresses(form, editor)
    if (addresses.length === 0) return
    const words = await begin()
    const offer = words && (await ask({ ask: 'replying-to', addresses: addresses.slice(0, 20) }))
    const createReplyBar = offer && (await kit())?.createReplyBar
    if (!createReplyBar || !editor.isConnected || bars.get(form)?.host.isConnected) return
    const bar = createReplyBar({
      document: editor.ownerDocument,
      words,
      host: offer.host,
      ground: groundBehind(editor.parentElement ?? editor),
      pressed: (handle) => void open(handle, errandOf(handle, offer.address)),
      dismissed() {
        // For this compose, whatever it is called when it is drawn anew: the form is what stays.
        dismissed.add(form)
        bar.host.remove()
      },
    })
    const place = stackedBefore(blockIn(form, editor))
    if (!mayStandAt(editor)) return
    place.parent.insertBefore(bar.host, place.before)
    bars.set(form, bar)
    shown.add(bar)
  }
  const errandOf = (handle: Handle, address: string): Errand => ({
    ticket: () => ask({ ask: 'open-reply', address, where: 'frame' }),
    window: () => ask({ ask: 'open-reply', address, where: 'window' }),
    place: () => ({
      parent: handle.host.parentElement ?? document.body,
      before: handle.host.parentElement ? handle.host.nextSibling : null,
    }),
  })
  const editable = (element: Element): void => {
    if (waiting.has(element)) return
    waiting.add(element)
    for (const ms of pauses)
      setTimeout(() => {
        if (ms === pauses.at(-1)) waiting.delete(element)
        void check(element)
      }, ms)
  }
  document.addEventListener('focusin', ({ target }) => isEditor(target) && editable(target), {
    signal,
    passive: true,
  })
  signal.addEventListener('abort', () => {
    for (const { host } of shown) host.remove()
    shown.clear()
  })
  return { editable }
}
