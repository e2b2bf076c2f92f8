/** Length of the time looked at, ms, and how many dispatches queued in it are a rush: 100 a second. */
const span = 250
const many = 25

/** While there is a rush, one dispatch leaves after this many ms, so that a long one holds nothing up for good. */
export const rushPause = 100

/**
 * Tells when mail comes in so fast that what nobody waits for had better stand back: the outbox of a sandbox shares
 * one thread and one processor with what stores mail.
 */
export interface Rush {
  /** So many dispatches were queued now. */
  mark(count: number): void
  readonly on: boolean
  /** A dispatch leaves now. */
  sent(): void
  /** Whether one may leave though there is a rush. */
  readonly trickles: boolean
}

/** @param clock ms that only go forward; not the time of day. */
export function createRush(clock: () => number = () => performance.now()): Rush {
  let since = clock()
  let now = 0
  let before = 0
  let last = -Infinity
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
    sent() {
      last = clock()
    },
    get trickles() {
      return clock() - last >= rushPause
    },
    get on() {
      turn()
      return Math.max(now, before) >= many
    },
  }
}
