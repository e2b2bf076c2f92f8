import { useEffect, useRef, useState } from 'preact/hooks'
import { usePortal } from '../context.ts'
import { describeFailure } from '../failure.ts'

export interface Saving {
  /** False where a plain link does it: then nothing else here is used. */
  readonly needed: boolean
  /** Received so far; undefined while nothing is fetched. */
  readonly received: number | undefined
  start(path: string, name: string): void
  cancel(): void
}

/** Fetching a file to keep, where the host has no address for it that a browser could download from. */
export function useSave(): Saving {
  const portal = usePortal()
  const [received, setReceived] = useState<number>()
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  return {
    needed: portal.save !== undefined,
    received,
    start: (path, name) => {
      if (portal.save === undefined || running.current !== undefined) return
      const abort = new AbortController()
      running.current = abort
      setReceived(0)
      portal
        .save(path, name, { progress: setReceived, signal: abort.signal })
        .catch((error: unknown) => {
          if (!abort.signal.aborted) portal.toast({ text: failed(portal, name, error) })
        })
        .finally(() => {
          running.current = undefined
          setReceived(undefined)
        })
    },
    cancel: () => running.current?.abort(),
  }
}

function failed(portal: Parameters<typeof describeFailure>[0], name: string, error: unknown): string {
  const { title } = describeFailure(portal, error)
  return portal.t('read.save-failed', { name, why: title })
}
