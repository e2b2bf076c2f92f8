import type { DispatchRecipient, Tried } from '../dispatch.ts'
import type { Outcome } from '../transport.ts'

/** How an attempt at a dispatch is judged. */
export interface Circumstances {
  /** Refusals for good count as temporary (Postfix: soft_bounce). */
  readonly softBounce: boolean
  /** What can't go over verified TLS is held instead. */
  readonly canHold: boolean
  /** There is no other attempt. */
  readonly last: boolean
}

/** What an outcome comes to. */
export function settle(outcome: Outcome, { softBounce, canHold, last }: Circumstances): Outcome {
  let { state, status } = outcome
  if (state === 'insecure' && !canHold) {
    // RFC 8689 section 4.2.1: REQUIRETLS support required.
    state = 'failed'
    status = '5.7.30'
  }
  if (state === 'failed' && softBounce) state = 'deferred'
  // RFC 3463: X.4.7, delivery time expired.
  return state === 'deferred' && last
    ? { ...outcome, state: 'failed', status: '4.4.7' }
    : { ...outcome, state, status }
}

const stateAfter = { delivered: 'delivered', failed: 'failed', deferred: 'queued', insecure: 'held' } as const

export function afterwards(
  before: DispatchRecipient,
  outcome: Outcome | undefined,
  at: number,
): DispatchRecipient {
  if (!outcome) return before
  const { state, reply, status, server, channel } = outcome
  return { ...before, state: stateAfter[state], reply, status, server, channel, at }
}

/** Entries kept: five days of attempts. */
const most = 40

/** The history of a dispatch with what was deferred now. */
export function historyWith(history: readonly Tried[], outcomes: readonly Outcome[], at: number): Tried[] {
  const deferred = outcomes.filter(({ state }) => state === 'deferred')
  const alike = Map.groupBy(deferred, ({ reply, status, server = '' }) =>
    JSON.stringify([reply, status, server]),
  )
  const entries = [...history]
  for (const [first, ...more] of alike.values()) {
    if (!first) continue
    const { reply, status, server } = first
    const to = [first, ...more].map(({ address }) => address)
    const same = entries.findLastIndex(
      (one) =>
        one.reply === reply && one.status === status && one.server === server && one.to.join() === to.join(),
    )
    const known = entries[same]
    // The same answer as before, and no other in between.
    if (known && entries.slice(same + 1).every((one) => !one.to.some((address) => to.includes(address))))
      entries[same] = { ...known, last: at, times: known.times + 1 }
    else entries.push({ at, last: at, times: 1, to, reply, status, server })
  }
  return entries.slice(-most)
}
