/**
 * Work in slices. Jobs are generators that yield wherever they may be interrupted; the runner takes them one after the
 * other when the page has nothing better to do, for at most `budget` ms at a time.
 */
export interface Slices {
  readonly add: (job: Iterator<unknown>) => void
  /** Keeps what is waiting, and does nothing, until `resume`. */
  readonly pause: () => void
  readonly resume: () => void
}

/** ms of one slice. A task of ours is to stay under 4 ms; what comes between two yields is the rest. */
const budget = 1.5

export interface SliceParts {
  /** Monotonic, ms. */
  readonly now: () => number
  /** Calls back when the page is idle, with the ms left; see `whenIdle`. */
  readonly wait: (callback: (left: number) => void) => void
  readonly signal: AbortSignal
}

export function createSlices({ now, wait, signal }: SliceParts): Slices {
  let jobs: Iterator<unknown>[] = []
  let waiting = false
  let paused = false

  const schedule = (): void => {
    if (waiting || paused || jobs.length === 0 || signal.aborted) return
    waiting = true
    wait(run)
  }
  const run = (left: number): void => {
    waiting = false
    if (signal.aborted || paused) return
    const end = now() + Math.min(budget, Math.max(left, 1))
    do {
      const job = jobs[0]
      if (!job) break
      if (job.next().done) jobs = jobs.filter((other) => other !== job)
    } while (now() < end)
    schedule()
  }
  signal.addEventListener('abort', () => (jobs = []))
  return {
    add(job) {
      if (signal.aborted) return
      jobs.push(job)
      schedule()
    },
    pause() {
      paused = true
    },
    resume() {
      paused = false
      schedule()
    },
  }
}

/** The longest a busy page can make us wait for a slice, ms. */
const patience = 500

/** `requestIdleCallback`, or a short pause where the browser has none (or a page took it away in our world: never). */
export function whenIdle(window: Window): SliceParts['wait'] {
  return (callback) => {
    // Not in every browser, whatever the types say.
    if ('requestIdleCallback' in window)
      window.requestIdleCallback(
        (deadline) => callback(deadline.didTimeout ? budget : deadline.timeRemaining()),
        {
          timeout: patience,
        },
      )
    else setTimeout(() => callback(budget), 30)
  }
}
