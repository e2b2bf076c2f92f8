import type { Logger } from 'pino'

/** Something done again and again while the gateway runs. */
export interface Chore {
  readonly name: string
  /** ms between the end of one round and the beginning of the next. */
  readonly every: number
  readonly run: () => Promise<unknown>
}

/**
 * Runs chores, one at a time, each after its own pause; the first round is after a pause too. One that fails is
 * logged and tried again at its next time. Disposing waits for the round that runs.
 */
export function keepHouse(chores: readonly Chore[], log: Logger): AsyncDisposable {
  const timers = new Map<Chore, NodeJS.Timeout>()
  let queue = Promise.resolve()
  let ended = false

  function schedule(chore: Chore): void {
    if (ended) return
    const timer = setTimeout(() => {
      queue = queue.then(() => round(chore))
    }, chore.every)
    timer.unref()
    timers.set(chore, timer)
  }

  async function round(chore: Chore): Promise<void> {
    if (ended) return
    try {
      await chore.run()
    } catch (error) {
      log.error({ err: error, chore: chore.name }, 'housekeeping failed')
    }
    schedule(chore)
  }

  for (const chore of chores) schedule(chore)
  return {
    async [Symbol.asyncDispose]() {
      ended = true
      for (const timer of timers.values()) clearTimeout(timer)
      await queue
    },
  }
}
