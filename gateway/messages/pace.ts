import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Keeps clean-up out of the way of mail. Work is done in batches of a few milliseconds; after each comes a rest as long
 * as the batch took, waiting for the disk and for other people's writes included: the busier the store, the slower.
 */
export interface Pace {
  /** To be awaited between two batches. False: the time of this round is over, what is left is for the next. */
  next(): Promise<boolean>
  /** Something was left for another round, which is to come soon. */
  readonly over: boolean
  /** Says that something is left. */
  leave(): void
}

/** The longest rest between two batches, ms. */
const longestRest = 250

/** @param time how long a round may take, ms. */
export function createPace(time = Infinity): Pace {
  const end = performance.now() + time
  let begun = performance.now()
  let over = false
  return {
    async next() {
      const took = performance.now() - begun
      await sleep(Math.min(longestRest, took))
      begun = performance.now()
      if (begun >= end) over = true
      return !over
    },
    get over() {
      return over
    },
    leave() {
      over = true
    },
  }
}
