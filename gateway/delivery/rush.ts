/** Length of the time looked at, ms, and how many dispatches queued in it are a rush: 100 a second. */
const span = 250
const many = 25

/**
 * Tells when mail comes in so fast that what nobody waits for had better stand back: the outbox of a sandbox shares
 * one event loop with intake.
 */
export interface Rush {
  /** So many dispatches were queued now. */
  mark(count: number): void
  readonly on: boolean
}

/** @param clock ms that only go forward; not the time of day. */
export function createRush(clock: () => number = () => performance.now()): Rush {
  let since = clock()
  let now = 0
  let before = 0
  const turn = () => {
    const passed = clock() - since
    if (passed < span) return
    before = passed < 2 * span ? now : 0
    now = 0
    since = clock()
  }
  return {
    mark(count) {
      turn()
      now += count
    },
    get on() {
      turn()
      return Math.max(now, before) >= many
    },
  }
}
