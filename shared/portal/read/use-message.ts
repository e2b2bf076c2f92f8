import { useEffect, useRef, useState } from 'preact/hooks'
import type { MessageView } from '../../contract/index.ts'
import { usePortal } from '../context.ts'

export interface OpenedMessage {
  /** The message to show: until the one asked for is here, the one before. */
  readonly view: MessageView | undefined
  /** Why the one asked for is not here. */
  readonly failure: unknown
  /** True once loading takes long enough to be worth showing (150 ms). */
  readonly slow: boolean
  readonly retry: () => void
}

const slowAfter = 150

/**
 * Opens a message. This is the one place that records that a message was read, and it runs because a person went to
 * that message; nothing is ever opened ahead.
 */
export function useMessage(id: string): OpenedMessage {
  const { client, lists } = usePortal()
  const [view, setView] = useState<MessageView>()
  const [failure, setFailure] = useState<unknown>()
  const [slow, setSlow] = useState(false)
  const [attempt, setAttempt] = useState(0)
  const wanted = useRef(id)

  useEffect(() => {
    wanted.current = id
    setFailure(undefined)
    const timer = setTimeout(() => setSlow(true), slowAfter)
    const settle = (then: () => void) => {
      clearTimeout(timer)
      if (wanted.current !== id) return
      setSlow(false)
      then()
    }
    client.open(id).then(
      (opened) => {
        lists.patch(id, { unread: false, state: opened.state })
        settle(() => setView(opened))
      },
      (error: unknown) => settle(() => setFailure(error)),
    )
    return () => clearTimeout(timer)
  }, [id, attempt, client])

  return { view, failure, slow, retry: () => setAttempt((before) => before + 1) }
}
