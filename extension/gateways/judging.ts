import type { Found, Verdict } from '../protocol.ts'
import { judge, needsKey, type Trust as Judge } from '../links/index.ts'
import { hostOf } from './address.ts'
import type { Pinned } from './pinned.ts'
import { readRecord } from './records.ts'
import type { Replies } from './replies.ts'
import { createStored } from './stored.ts'
import type { Area } from './surroundings.ts'
import { isStale, mayAsk, type Trust } from './trust.ts'

export interface Judging {
  /** One verdict for each find, in their order. Never asks a gateway that isn't trusted. */
  judge(found: readonly Found[]): Promise<readonly Verdict[]>
}

/** How far clocks may be apart, ms. */
const tolerance = 10 * 60_000

export function createJudging(given: {
  readonly trust: Trust
  readonly replies: Pick<Replies, 'remember'>
  readonly session: Area
  readonly now: () => number
  /** A genuine link that was not known before. */
  readonly found: () => void
}): Judging {
  const { trust, now } = given
  const asked = createStored(given.session, 'asked', (value) =>
    readRecord(value, (one) => (typeof one === 'number' ? one : undefined)),
  )

  /** False where it was asked a moment ago. */
  const ask = async (gateway: string): Promise<boolean> => {
    const at = now()
    let before: number | undefined
    await asked.change((times) => {
      before = times[gateway]
      return mayAsk(before, at) ? { ...times, [gateway]: at } : times
    })
    if (!mayAsk(before, at)) return false
    await trust.refresh(gateway)
    return true
  }
  const judges = async (): Promise<Judge[]> => (await trust.list()).map((pinned) => judgeOf(pinned, now()))

  return {
    async judge(found) {
      const pins = await trust.list()
      let trusted = pins.map((pinned) => judgeOf(pinned, now()))
      const lacking = new Set(found.flatMap((one) => needsKey(one, trusted)?.gateway ?? []))
      // A link may be signed by a key that is younger than what is known: then asking comes before judging.
      const renewed = await Promise.all(Array.from(lacking, ask))
      if (renewed.includes(true)) trusted = await judges()
      for (const { gateway } of pins.filter((one) => isStale(one, now()) && !lacking.has(one.gateway))) {
        // Nobody waits for it: what is pinned still counts.
        ask(gateway).catch(() => undefined)
      }
      const verdicts = await Promise.all(
        found.map(async (one) => unsure(await judge(one, trusted, now()), trusted)),
      )
      if (await given.replies.remember(verdicts)) given.found()
      return verdicts
    },
  }
}

function judgeOf({ gateway, name, keys, validUntil }: Pinned, now: number): Judge {
  // Past its validity nothing it said counts: a key may have been taken back since.
  return { gateway, host: hostOf(gateway), name, keys: now < validUntil + tolerance ? keys : [] }
}

/**
 * A gateway whose keys are not to be had (it never answered, or not for a month) signs nothing that could be checked:
 * that is no reason to call its links false. Those that imitate it still are.
 */
function unsure(verdict: Verdict, trusted: readonly Judge[]): Verdict {
  if (verdict.state !== 'look-alike' || verdict.reason !== 'not-signed') return verdict
  const home = trusted.find(({ host }) => host === verdict.of)
  return home?.keys.length === 0 ? { state: 'unknown', host: verdict.host, gateway: null } : verdict
}
