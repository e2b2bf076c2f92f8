import type { Found, Verdict } from '../protocol.ts'

/** A find with what the background says of it. */
export interface Judged {
  readonly found: Found
  readonly verdict: Verdict
}

const none: Verdict = { state: 'none' }
const weight = { none: 0, genuine: 1, unknown: 2, 'look-alike': 3 } as const

/**
 * Links to one place are worth the same: where the text of one gives it away as a look-alike, the button above it, which
 * shows no address, is one too. @returns as many, in the same order, each as what it counts as.
 */
export function countedAs(finds: readonly Judged[]): readonly Judged[] {
  const forged = new Map<string, Judged>()
  for (const one of finds) {
    if (one.verdict.state === 'look-alike' && !forged.has(one.found.value)) forged.set(one.found.value, one)
  }
  return finds.map((one) =>
    ['none', 'look-alike'].includes(one.verdict.state) ? one : (forged.get(one.found.value) ?? one),
  )
}

/**
 * Which finds of one message get a badge, and which: each verdict as it is, or `none`. One token gets one badge, at
 * the first link that has its worst verdict, so a message with a forged link never calls a copy of it genuine; a code
 * gets one only where no link with its token has. Every forged link of its own keeps its warning.
 *
 * @param finds of one message, in its order, as `countedAs` gives them.
 * @returns as many, in the same order.
 */
export function badgesFor(finds: readonly Judged[]): readonly Verdict[] {
  const worst = new Map<string, number>()
  for (const one of finds) {
    const key = keyOf(one.found)
    worst.set(key, Math.max(worst.get(key) ?? 0, rank(one)))
  }
  const seen = new Set<string>()
  return finds.map((one) => {
    const { found, verdict } = one
    const key = keyOf(found)
    // Two links forged from one token may lead to two places.
    const once = verdict.state === 'look-alike' ? `${key} ${found.value}` : key
    if (verdict.state === 'none' || rank(one) < (worst.get(key) ?? 0) || seen.has(once)) return none
    seen.add(once)
    return verdict
  })
}

/** Links count before codes, among each the worse before the better. */
function rank({ found, verdict }: Judged): number {
  if (verdict.state === 'none') return 0
  return weight[verdict.state] + (found.kind === 'link' ? 10 : 0)
}

function keyOf({ value, shows }: Found): string {
  const token = /postern1\.[a-z0-9]{1,16}\.[\w-]{67}\.[\w-]{86}/
  return token.exec(value)?.[0] ?? token.exec(shows ?? '')?.[0] ?? value
}
