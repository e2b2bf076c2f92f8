import { signal, type ReadonlySignal } from '@preact/signals'
import type { Box, DisturbedReason, FromFrame, ToFrame } from '../../protocol.ts'
import { reallyVisible } from './visibility.ts'

export interface CurtainOptions {
  /** From the handover; null in the extension's own window, where nothing can come between. */
  readonly port: MessagePort | null
  /** ms. */
  readonly now: () => number
}

/**
 * What stands between the portal and the page around it.
 *
 * `live`: while it is false, the page is `inert`: before the person's click has been confirmed, and while something of
 * the webmail lies over it (a dialog, say); it may become true again. Once `disturbed` is set it stays, and `live` is
 * false: show nothing, go on in the extension's own window (`call: 'window'`), then `close()`. Where that is not done
 * within 2.5 s, the content script opens a window at the beginning.
 */
export interface Curtain {
  readonly live: ReadonlySignal<boolean>
  readonly disturbed: ReadonlySignal<DisturbedReason | undefined>
  /**
   * Before a password is typed or sent and before a message is sent: is the frame what the person sees?
   * Anything but null also sets `disturbed`.
   * @param control the field or button concerned; what has the focus where left out.
   */
  check(control?: Element): Promise<DisturbedReason | null>
  /** Esc, the close button, or the window took over. */
  close(): void
  /** Height that the content wishes, CSS px. */
  height(px: number): void
  /** Tab past the last control, or back past the first. Browsers do that by themselves; for what they don't. */
  leave(to: 'after' | 'before'): void
}

type Checked = DisturbedReason | null | 'again'

/** ms. Transitions of our own are over by then: they make the browser doubt. */
const settled = 200

/** ms. An answer that takes longer is none. */
const patience = 2000

/** Says `ready`: call it when the page is drawn. */
export function createCurtain({ port, now }: CurtainOptions): Curtain {
  const live = signal(port === null)
  const disturbed = signal<DisturbedReason>()
  const waiting = new Map<number, (answer: Checked) => void>()
  let lastId = 0
  let focused: HTMLElement | undefined

  const say = (message: FromFrame) => port?.postMessage(message)
  const disturb = (reason: DisturbedReason) => {
    live.value = false
    disturbed.value ??= reason
  }
  const pause = () => {
    // `inert` takes the focus away; it comes back with `live`.
    if (document.activeElement instanceof HTMLElement && document.activeElement !== document.body)
      focused = document.activeElement
    live.value = false
  }
  const goLive = () => {
    if (disturbed.value !== undefined) return
    live.value = true
    const back = focused
    focused = undefined
    // After the page has taken `inert` off.
    setTimeout(() => {
      if (document.activeElement === document.body && back?.isConnected) back.focus({ preventScroll: true })
    })
  }

  port?.addEventListener('message', ({ data }: MessageEvent<ToFrame>) => {
    if (data.say === 'live') goLive()
    if (data.say === 'paused') pause()
    if (data.say === 'disturbed') disturb(data.reason)
    if (data.say === 'checked') waiting.get(data.id)?.(data.disturbed)
    if (data.say === 'again') waiting.get(data.id)?.('again')
  })
  port?.start()
  say({ say: 'ready' })

  const ask = (id: number, control: Element | null, doubted: boolean) =>
    new Promise<Checked>((resolve) => {
      const until = now() + patience
      const done = (answer: Checked) => {
        waiting.delete(id)
        clearTimeout(timer)
        resolve(now() > until ? 'not-visible' : answer)
      }
      const timer = setTimeout(() => done('not-visible'), patience)
      waiting.set(id, done)
      say({ say: 'check', id, control: control && boxOf(control), doubted })
    })

  return {
    live,
    disturbed,
    async check(control) {
      if (port === null) return null
      if (!live.value) return disturbed.value ?? 'not-visible'
      const focus = document.activeElement
      const concerned = control ?? (focus === document.body ? null : focus)
      const id = ++lastId
      const look = async (first: boolean) => {
        await drawn(concerned, first ? 0 : settled)
        const vouched = await reallyVisible(concerned ?? document.documentElement)
        return ask(id, concerned, vouched === false)
      }
      const first = await look(true)
      const second = first === 'again' ? await look(false) : first
      const reason = second === 'again' ? 'covered' : second
      if (reason !== null) disturb(reason)
      return reason
    },
    close: () => say({ say: 'close' }),
    height: (height) => say({ say: 'height', height }),
    leave: (to) => say({ say: 'leave', to }),
  }
}

function boxOf(element: Element): Box {
  const { left, top, right, bottom } = element.getBoundingClientRect()
  return { left, top, right, bottom }
}

/** A field that has just come may lie below the frame's end until the frame has grown. */
async function drawn(control: Element | null, ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
  control?.scrollIntoView({ block: 'nearest', behavior: 'instant' })
}
