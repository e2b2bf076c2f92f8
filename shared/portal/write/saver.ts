import { type ReadonlySignal, signal } from '@preact/signals'

export type SaveStatus =
  | { readonly state: 'saved'; readonly at: number | undefined }
  | { readonly state: 'unsaved' | 'saving' | 'failed' }

export interface Saver<Content> {
  readonly status: ReadonlySignal<SaveStatus>
  /** Takes what is there now; it is saved once nothing was typed for a moment. */
  change(content: Content): void
  /** Saves what is not saved yet, now. Rejects where that fails; the content is kept and tried again. */
  flush(): Promise<void>
  /** Saves nothing any more: the draft is gone. */
  stop(): void
}

/** Typing rests this long before it is saved (ms), but never waits longer than `longest`. */
const rest = 800
const longest = 5000
const firstRetry = 2000
const lastRetry = 30_000

/**
 * Saves a draft while it is typed. One request at a time and always the newest content, so that saves can't overtake
 * each other; after a failure it tries again by itself, slower each time.
 */
export function createSaver<Content>(
  save: (content: Content) => Promise<{ updatedAt: number }>,
): Saver<Content> {
  const status = signal<SaveStatus>({ state: 'saved', at: undefined })
  let waiting: { readonly content: Content; readonly since: number } | undefined
  let running: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let retry = firstRetry
  let stopped = false

  // Both may change while something is awaited.
  const pending = () => waiting
  const isStopped = () => stopped

  const later = (delay: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      flush().catch(() => undefined) // said by the status, and tried again
    }, delay)
  }

  const saveOnce = async () => {
    const taken = waiting
    if (taken === undefined || stopped) return
    waiting = undefined
    status.value = { state: 'saving' }
    try {
      const { updatedAt } = await save(taken.content)
      retry = firstRetry
      status.value = pending() === undefined ? { state: 'saved', at: updatedAt } : { state: 'unsaved' }
    } catch (error) {
      waiting = pending() ?? taken
      status.value = { state: 'failed' }
      if (!isStopped()) later(retry)
      retry = Math.min(retry * 2, lastRetry)
      throw error
    }
  }

  const flush = async (): Promise<void> => {
    clearTimeout(timer)
    if (running !== undefined) await running.catch(() => undefined)
    if (waiting === undefined || stopped) return
    running = saveOnce().finally(() => {
      running = undefined
    })
    await running
    if (pending() !== undefined) await flush()
  }

  return {
    status,
    change: (content) => {
      if (stopped) return
      const now = Date.now()
      waiting = { content, since: waiting?.since ?? now }
      if (status.peek().state !== 'saving') status.value = { state: 'unsaved' }
      later(Math.max(0, Math.min(rest, waiting.since + longest - now)))
    },
    flush,
    stop: () => {
      stopped = true
      waiting = undefined
      clearTimeout(timer)
      status.value = { state: 'saved', at: undefined }
    },
  }
}
