import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { type DraftFile, ProblemError, type UploadOptions } from '../../contract/index.ts'

export interface Upload {
  readonly key: number
  readonly name: string
  readonly type: string
  readonly size: number
  readonly state: 'waiting' | 'sending' | 'done' | 'failed'
  readonly sent: number
  /** Milliseconds since 1970 when its first byte went. */
  readonly startedAt: number | undefined
  /** Of the gateway, once it is there. */
  readonly id: string | undefined
  /** The gateway's words for why it is not; empty where there are none. */
  readonly why: string
}

export interface Uploads {
  readonly items: ReadonlySignal<readonly Upload[]>
  /** How many are under way. */
  readonly open: ReadonlySignal<number>
  readonly failed: ReadonlySignal<number>
  add(files: Iterable<File>): void
  /** Stops an upload, or takes an attached file away. Rejects where the gateway refuses; the file stays then. */
  remove(key: number): Promise<void>
  retry(key: number): void
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>
}

export interface UploadTarget {
  add(file: Blob, name: string, options: UploadOptions): Promise<DraftFile>
  remove(fileId: string): Promise<void>
}

const atOnce = 2

/** The files of a draft: two at a time, each with its progress, to be cancelled and tried again. */
export function createUploads(
  target: UploadTarget,
  attached: readonly DraftFile[],
  events: { now: () => number; attached?: (name: string) => void },
): Uploads {
  let nextKey = 1
  const files = new Map<number, { readonly file: Blob; abort: AbortController }>()
  const waiters: (() => void)[] = []
  const items = signal<readonly Upload[]>(
    attached.map(({ id, name, type, size }) => ({
      key: nextKey++,
      name,
      type,
      size,
      state: 'done',
      sent: size,
      startedAt: undefined,
      id,
      why: '',
    })),
  )
  const isOpen = ({ state }: Upload) => state === 'waiting' || state === 'sending'
  const open = computed(() => items.value.filter(isOpen).length)
  const failed = computed(() => items.value.filter(({ state }) => state === 'failed').length)

  const find = (key: number) => items.peek().find((item) => item.key === key)
  const patch = (key: number, change: Partial<Upload>) => {
    items.value = items.peek().map((item) => (item.key === key ? { ...item, ...change } : item))
  }
  const drop = (key: number) => {
    files.delete(key)
    items.value = items.peek().filter((item) => item.key !== key)
  }

  const pump = () => {
    const all = items.peek()
    const next = all.find(({ state }) => state === 'waiting')
    if (next !== undefined && all.filter(({ state }) => state === 'sending').length < atOnce) {
      void send(next.key)
      pump()
    }
    if (open.peek() === 0) for (const waiter of waiters.splice(0)) waiter()
  }

  const send = async (key: number) => {
    const source = files.get(key)
    const item = find(key)
    if (source === undefined || item === undefined) return
    patch(key, { state: 'sending', sent: 0, startedAt: events.now() })
    try {
      const done = await target.add(source.file, item.name, {
        signal: source.abort.signal,
        progress: ({ sent, total }) => patch(key, { sent: total > 0 ? (item.size * sent) / total : sent }),
      })
      if (find(key) === undefined) {
        // Cancelled when it was already there: it must not be sent along.
        await target.remove(done.id)
      } else {
        files.delete(key)
        patch(key, { state: 'done', sent: item.size, id: done.id, name: done.name, size: done.size })
        events.attached?.(done.name)
      }
    } catch (error) {
      if (find(key) !== undefined)
        patch(key, { state: 'failed', why: error instanceof ProblemError ? error.problem.detail : '' })
    }
    pump()
  }

  return {
    items,
    open,
    failed,
    add: (added) => {
      for (const file of added) {
        const key = nextKey++
        files.set(key, { file, abort: new AbortController() })
        items.value = [
          ...items.peek(),
          {
            key,
            name: file.name,
            type: file.type,
            size: file.size,
            state: 'waiting',
            sent: 0,
            startedAt: undefined,
            id: undefined,
            why: '',
          },
        ]
      }
      pump()
    },
    remove: async (key) => {
      const item = find(key)
      if (item === undefined) return
      const source = files.get(key)
      if (item.id !== undefined) await target.remove(item.id)
      drop(key)
      source?.abort.abort()
      pump()
    },
    retry: (key) => {
      const source = files.get(key)
      if (source === undefined || find(key)?.state !== 'failed') return
      source.abort = new AbortController()
      patch(key, { state: 'waiting', sent: 0, why: '' })
      pump()
    },
    settled: () =>
      open.peek() === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiters.push(resolve)
          }),
  }
}

/** Milliseconds left at the rate so far; undefined in the first second, when nobody can say. */
export function timeLeft(
  upload: Pick<Upload, 'sent' | 'size' | 'startedAt'>,
  now: number,
): number | undefined {
  if (upload.startedAt === undefined || upload.sent <= 0) return undefined
  const passed = now - upload.startedAt
  if (passed < 1000) return undefined
  return Math.max(0, ((upload.size - upload.sent) * passed) / upload.sent)
}
