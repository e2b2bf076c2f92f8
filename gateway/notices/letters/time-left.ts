import type { Setting } from './setting.ts'

const hour = 60 * 60 * 1000
const day = 24 * hour

/** How long a message is still there, in words. */
export interface TimeLeft {
  /** `in 3 days` */
  readonly within: string
  /** `3 days left` */
  readonly left: string
}

/**
 * What is left in whole units, rounded down, so that nobody counts on time that is not there; up to an hour that a
 * mail takes on its way does not make two days of three.
 *
 * @param expiresAt ms. @param at now, ms.
 */
export function timeLeft({ words }: Setting, expiresAt: number, at: number): TimeLeft {
  const left = Math.max(0, expiresAt - at)
  const days = Math.floor((left + hour) / day)
  const unit = days > 0 ? 'day' : 'hour'
  const count = days > 0 ? days : Math.floor((left + hour / 12) / hour)
  return { within: words.within(unit, count), left: words.left(unit, count) }
}
