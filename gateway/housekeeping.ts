import type { Logger } from 'pino'
import { type Pace, createPace } from './messages/index.ts'

/** Something done again and again while the gateway runs. */
export interface Chore {
  readonly name: string
  /** ms between the end of one round and the beginning of the next. */
  readonly every: number
  /** Ends soon after the pace says so; what is left then is for the next round, which comes soon. */
  readonly run: (pace: Pace) => Promise<unknown>
}

/** How long a round may take, ms: others wait for it. */
const roundTime = 5000
/** Until the next round of a chore that left something, ms. */
const soon = 1000

/**
 * Runs chores, one at a time, each after its own pause; the first round is after a pause too. One that fails is
 * logged and tried again at its next time. Disposing waits for the round that runs.
 */
export function keepHouse(chores: readonly Chore[], log: Logger): AsyncDisposable {
  const timers = new Map<Chore, NodeJS.Timeout>()
  let queue = Promise.resolve()
  let ended = false

  function schedule(chore: Chore, after = chore.every): void {
    if (ended) return
    const timer = setTimeout(() => {
      queue = queue.then(() => round(chore))
    }, after)
    timer.unref()
    timers.set(chore, timer)
  }

  async function round(chore: Chore): Promise<void> {
    if (ended) return
    const pace = createPace(roundTime)
    try {
      await chore.run(pace)
    } catch (error) {
      log.error({ err: error, chore: chore.name }, 'housekeeping failed')
    }
    schedule(chore, pace.over ? Math.min(soon, chore.every) : undefined)
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
