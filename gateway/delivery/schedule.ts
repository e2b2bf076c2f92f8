/** When to try again. Times in ms. */
export interface RetrySchedule {
  /** Wait after the first, second, ... failed attempt; the last one repeats. */
  readonly waits: readonly number[]
  /** From queueing to giving up. */
  readonly giveUpAfter: number
}

const minute = 60_000
const hour = 60 * minute

/** 5, 10, 20, 40 minutes, 1, 2, then every 4 hours, for five days (RFC 5321 section 4.5.4.1 asks for 4 to 5). */
export const usualSchedule: RetrySchedule = {
  waits: [5 * minute, 10 * minute, 20 * minute, 40 * minute, hour, 2 * hour, 4 * hour],
  giveUpAfter: 120 * hour,
}

/**
 * The time of the next attempt, or undefined where this one was the last. Waits vary by a fifth either way, so that
 * what failed together does not come back together; the last attempt is made when the time is up, not before.
 * @param attempts made so far, at least 1. @param random in [0, 1).
 */
export function nextTry(
  schedule: RetrySchedule,
  { attempts, queuedAt, now, random }: { attempts: number; queuedAt: number; now: number; random: number },
): number | undefined {
  const end = queuedAt + schedule.giveUpAfter
  if (now >= end) return undefined
  const wait = schedule.waits[Math.min(attempts, schedule.waits.length) - 1] ?? 0
  return Math.min(end, now + Math.round(wait * (0.8 + 0.4 * random)))
}
