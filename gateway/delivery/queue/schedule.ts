/** When to try again. Times in ms. */
export interface RetrySchedule {
  /** Wait after the first, second, ... failed attempt; the last one repeats. */
  readonly waits: readonly number[]
  /** From queueing to giving up. */
  readonly giveUpAfter: number
  /** From queueing to telling the sender that it is late; undefined: never. */
  readonly delayAfter?: number | undefined
}

const minute = 60_000
const hour = 60 * minute

/** 5, 10, 20, 40 minutes, 1, 2, then every 4 hours, for five days (RFC 5321 section 4.5.4.1 asks for 4 to 5). */
export const usualSchedule: RetrySchedule = {
  waits: [5 * minute, 10 * minute, 20 * minute, 40 * minute, hour, 2 * hour, 4 * hour],
  giveUpAfter: 120 * hour,
  delayAfter: 4 * hour,
}

/** @param delayHours 0: the sender is never told of a delay. */
export function scheduleOf({
  queueDays,
  delayHours,
}: {
  queueDays: number
  delayHours: number
}): RetrySchedule {
  return {
    waits: usualSchedule.waits,
    giveUpAfter: queueDays * 24 * hour,
    delayAfter: delayHours === 0 ? undefined : delayHours * hour,
  }
}

/** A wait varies by this part of it either way, so that what failed together does not come back together. */
const jitter = 0.2

/** What the time of an attempt is reckoned from, ms. */
export interface Waiting {
  /** Made so far. */
  readonly attempts: number
  readonly queuedAt: number
  /** Where a person changed it. */
  readonly giveUpAt?: number | undefined
  readonly now: number
}

/** Attempts this near to a moment that counts (late, given up) count as made at it: none is made for it alone. */
function near({ waits }: RetrySchedule): number {
  return (waits[0] ?? 0) / 2
}

export function endOf(
  schedule: RetrySchedule,
  { queuedAt, giveUpAt }: Pick<Waiting, 'queuedAt' | 'giveUpAt'>,
): number {
  return giveUpAt ?? queuedAt + schedule.giveUpAfter
}

/** Whether the sender is to be told that it is late, now that an attempt has failed. */
export function isLate(schedule: RetrySchedule, { queuedAt, now }: Waiting): boolean {
  const { delayAfter } = schedule
  return delayAfter !== undefined && queuedAt + delayAfter - now < near(schedule)
}

/**
 * The time of the next attempt, or undefined where this one was the last. One is made when the sender would be told
 * that it is late, and one when the time is up. Nothing is given up before every wait was waited once: after a clock
 * that leapt ahead, or a week without power, an hour's trouble of a remote costs no mail.
 * @param waiting `attempts` at least 1. @param random in [0, 1).
 */
export function nextTry(schedule: RetrySchedule, waiting: Waiting, random: number): number | undefined {
  const { attempts, queuedAt, now } = waiting
  const end = endOf(schedule, waiting)
  if (end - now < near(schedule) && attempts >= schedule.waits.length) return undefined
  const moments = [queuedAt + (schedule.delayAfter ?? Infinity), end]
  return Math.min(
    now + Math.round(waitAfter(schedule, attempts) * (1 - jitter + 2 * jitter * random)),
    ...moments.filter((at) => at - now >= near(schedule)),
  )
}

/** The longest that something with so many attempts waits for the next one, ms: 0 where none was made. */
export function longestWait(schedule: RetrySchedule, attempts: number): number {
  return attempts === 0 ? 0 : waitAfter(schedule, attempts) * (1 + jitter)
}

function waitAfter({ waits }: RetrySchedule, attempts: number): number {
  return waits[Math.min(attempts, waits.length) - 1] ?? 0
}
