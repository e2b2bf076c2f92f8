import type { MessagePort } from 'node:worker_threads'
import { type IntakeCounts, uncounted } from './counts.ts'
import { errorOf } from './worker-error.ts'
import type { Asked, Count, FromWorker, Question, ToWorker } from './worker-protocol.ts'

/** A worker's end of its connection to the main thread. */
export interface WorkerLink {
  /**
   * Rejects with the error that the main thread met.
   * @param given memory that goes over to the main thread and is gone here.
   */
  ask<Type extends keyof Asked>(
    type: Type,
    says: Asked[Type]['says'],
    given?: readonly ArrayBuffer[],
  ): Promise<Asked[Type]['gets']>
  say(message: FromWorker): void
  /** Says at once what waits for the end of this turn. */
  flush(): void
  readonly counts: IntakeCounts
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** What is said in one turn of the event loop goes together: a hundred connections are read in one. */
export function createWorkerLink(port: MessagePort, onClose: () => void): WorkerLink {
  const waiting = new Map<number, Waiting>()
  let said: FromWorker[] = []
  let transferred: ArrayBuffer[] = []
  let timer: NodeJS.Immediate | undefined
  let last = 0

  function flush(): void {
    clearImmediate(timer)
    timer = undefined
    if (said.length === 0) return
    port.postMessage(said, transferred)
    said = []
    transferred = []
  }

  function say(message: FromWorker): void {
    said.push(message)
    timer ??= setImmediate(flush)
  }

  port.on('message', (messages: ToWorker[]) => {
    for (const message of messages) {
      if (message.type === 'close') onClose()
      else answered(message)
    }
  })

  function answered(message: ToWorker & { type: 'answer' }): void {
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if ('error' in message) asked?.reject(errorOf(message.error))
    else asked?.resolve(message.value)
  }

  return {
    say,
    flush,
    counts: countsOver(say),
    ask: (type, says, given = []) =>
      new Promise((resolve, reject) => {
        const id = ++last
        // The main thread answers a question of each type with what that type gets.
        waiting.set(id, { resolve, reject })
        transferred.push(...given)
        say({ type, id, ...says } as Question)
      }),
  }
}

/** Every count becomes a message. */
function countsOver(say: (message: FromWorker) => void): IntakeCounts {
  const names = Object.keys(uncounted) as (keyof IntakeCounts)[]
  const entries = names.map((name) => [
    name,
    (value: Count['value']) => say({ type: 'count', name, value } as Count),
  ])
  return Object.fromEntries(entries) as IntakeCounts
}
