import { bodySelectors } from './adapters.ts'
import { createAttention } from './attention.ts'
import { createBeginning } from './beginning.ts'
import { createDrawing } from './draw.ts'
import { createMarks } from './marks.ts'
import type { Errand, Handle } from './opener.ts'
import { portalPlace } from './place.ts'
import { createRendered } from './rendered.ts'
import { createReplyWatch } from './reply.ts'
import { type Runtime, createAsk } from './runtime.ts'
import { marker, scan } from './scan.ts'
import { createSlices, whenIdle } from './slices.ts'
import { createWatch } from './watch.ts'

export interface WebmailParts {
  readonly window: Window
  /** The globals of our world. */
  readonly scope: object
  readonly runtime: Runtime
  /** Ends everything and takes every trace out of the page. */
  readonly end: AbortController
}

/** What is found by one query that costs next to nothing, for it looks at the attributes of anchors alone. */
const markedAnchor = `a[href*="${marker}"]`

/** Shadow roots watched in one document; a page may have thousands. */
const mostShadows = 50

/** Puts the parts together for one document; see `index.ts`. */
export function startWebmail(parts: WebmailParts): void {
  const { window, scope, runtime, end } = parts
  const { document } = window
  const life = new AbortController()
  const signal = AbortSignal.any([end.signal, life.signal])
  const now = (): number => window.performance.now()
  const ask = createAsk(runtime, () => end.abort())
  const slices = createSlices({ now, wait: whenIdle(window), signal })
  const shadows = new WeakSet<ShadowRoot>()
  let watched: ShadowRoot[] = []
  const { begin, words, kit, renew } = createBeginning({ document, scope, ask, off: () => end.abort() })
  let opener: ((handle: Handle, errand: Errand) => Promise<void>) | undefined
  const open = async (handle: Handle, errand: Errand): Promise<void> => {
    opener ??= (await kit())?.createOpener({ words, signal })
    // Where the browser refuses to put it there, the window is always left.
    await (opener ? opener(handle, errand) : errand.window())
  }
  const drawing = createDrawing({
    words,
    now,
    first: () => void kit(),
    pressed: (found, badge) =>
      void open(badge, {
        ticket: () => ask({ ask: 'open', found, purpose: 'read' }),
        window: () => ask({ ask: 'open-window', found, purpose: 'read' }),
        place: () => portalPlace(badge.host),
      }),
  })
  const marks = createMarks({
    slices,
    begin,
    drawing,
    judge: (found) => ask({ ask: 'judge', found }),
    whenRendered: createRendered(signal),
  })
  const reply = createReplyWatch({
    document,
    signal,
    ask,
    begin: async () => (await begin())?.words,
    kit,
    open,
  })
  const sights = {
    anchor: marks.anchor,
    text: marks.text,
    editable: reply.editable,
    shadow(root: ShadowRoot) {
      if (shadows.has(root) || watched.length >= mostShadows) return
      shadows.add(root)
      watched.push(root)
      watch.observe(root)
      slices.add(scan(root, sights))
    },
  }
  const watch = createWatch(() => slices.add(looks()))
  function* looks() {
    const { parts: added, huge, less, replaced } = watch.take()
    if (replaced) {
      life.abort()
      startWebmail(parts)
      return
    }
    if (less) marks.tidy()
    if (huge) yield* scan(document.documentElement, sights)
    else for (const part of added) yield* scan(part, sights)
    if (attention.looked()) attention.decide(marks.any || (yield* isWebmail()))
  }
  function* isWebmail() {
    for (const selector of bodySelectors) {
      if (document.querySelector(selector)) return true
      yield
    }
    return false
  }
  const attention = createAttention({
    document,
    signal,
    now,
    promising: () => document.querySelector(markedAnchor) !== null,
    start() {
      watch.observe(document)
      for (const root of watched) watch.observe(root)
      slices.resume()
      slices.add(scan(document.documentElement, sights))
      // Settings and trust may have changed meanwhile.
      renew()
      drawing.forgive()
      marks.renew()
    },
    stop() {
      watch.stop()
      slices.pause()
      watched = watched.filter((root) => root.isConnected)
    },
  })
  signal.addEventListener('abort', drawing.clear)
}
