import { Problem } from '../problem.ts'

/** The answer where more people sign in at once than can be served soon. Says nothing of any person. */
export function busy(): Problem {
  return new Problem(
    'sign-in-busy',
    503,
    'Very many people are signing in at this moment. Try again in a few seconds.',
  )
}

/**
 * Lets at most `atOnce` jobs run and at most `most` wait; the next one throws `sign-in-busy`. This bounds the
 * memory of argon2 (19 MiB each) and leaves processor time for the event loop.
 */
export function createGate(atOnce: number, most: number): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (job) => {
    if (running < atOnce) running++
    else {
      if (waiting.length >= most) throw busy()
      // Whoever leaves hands its place on, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    try {
      return await job()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

/**
 * Runs the jobs of one key one after the other and those of different keys beside each other, so that parallel
 * attempts of one person are counted exactly and twenty right passwords at once are not taken for guessing.
 *
 * @param most jobs of one key, running and waiting; the next one throws `sign-in-busy`.
 */
export function createLanes(most: number): <T>(key: string, job: () => Promise<T>) => Promise<T> {
  const lanes = new Map<string, { tail: Promise<unknown>; jobs: number }>()
  return async (key, job) => {
    const lane = lanes.get(key) ?? { tail: Promise.resolve(), jobs: 0 }
    if (lane.jobs >= most) throw busy()
    lanes.set(key, lane)
    lane.jobs++
    const turn = lane.tail.then(job)
    // The next in line does not mind how this one ended; its own caller hears of it.
    lane.tail = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      if (--lane.jobs === 0) lanes.delete(key)
    }
  }
}
