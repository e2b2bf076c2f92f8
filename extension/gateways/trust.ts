import { rootSuccession } from '../../shared/link/index.ts'
import { fetchDescription } from './description.ts'
import { type Pinned, pinnedFrom, readPinned } from './pinned.ts'
import { type Policy, readPolicy } from './policy.ts'
import { readRecord, without } from './records.ts'
import { Refusal } from './refusal.ts'
import { createStored } from './stored.ts'
import type { Surroundings } from './surroundings.ts'
import { hostOf } from './address.ts'

/** Which gateways are trusted, and by which keys their links are checked. */
export interface Trust {
  /** Those of policy first. One of policy that has never answered has no keys yet. */
  list(): Promise<readonly Pinned[]>
  find(gateway: string): Promise<Pinned | undefined>
  /** Pins what a person has compared. */
  add(pin: Pinned): Promise<void>
  forget(gateway: string): Promise<void>
  /**
   * Fetches the description anew and keeps it where it follows from what is pinned. Never rejects: what went wrong
   * stands in `trouble`, and the pinned keys stay until their time is over.
   */
  refresh(gateway: string): Promise<void>
}

/** How long keys are used before they are asked for again, and how soon after one asking the next may come; ms. */
const fresh = 12 * 3600_000
const pause = 60_000

export function createTrust(given: Pick<Surroundings, 'browser' | 'fetch' | 'now'>): Trust {
  const { storage } = given.browser
  const pins = createStored(storage.local, 'trust', (stored) => readRecord(stored, readPinned))
  const refreshing = new Map<string, Promise<void>>()

  const list = async () => {
    const [policy, stored] = await Promise.all([readPolicy(storage.managed), pins.read()])
    return trusted(policy, stored)
  }
  const find = async (gateway: string) => (await list()).find((one) => one.gateway === gateway)

  const refresh = async (gateway: string) => {
    const pinned = await find(gateway)
    if (!pinned) return
    const outcome = await renewed(pinned, given)
    await pins.change((now) => {
      const stored = now[keyOf(pinned)]
      // What another one stored meanwhile, or a person forgot, stands.
      if (!stored && pinned.by === 'person') return now
      if (stored && stored.anchor === pinned.anchor && stored.sequence > outcome.sequence) return now
      return { ...now, [keyOf(pinned)]: outcome }
    })
  }

  return {
    list,
    find,
    add: async (pin) => {
      await pins.change((now) => ({ ...now, [keyOf(pin)]: pin }))
    },
    forget: async (gateway) => {
      await pins.change((now) => without(now, keyOf({ by: 'person', gateway })))
    },
    refresh(gateway) {
      const running = refreshing.get(gateway) ?? refresh(gateway).finally(() => refreshing.delete(gateway))
      refreshing.set(gateway, running)
      return running
    },
  }
}

/** Whether its keys should be asked for again; at once where they can't be used. */
export function isStale(pinned: Pinned, now: number): boolean {
  return pinned.refreshed + fresh < now || pinned.validUntil < now
}

/** Whether it may be asked already: nobody can make us ask a gateway in a loop. */
export function mayAsk(askedAt: number | undefined, now: number): boolean {
  // A clock that was set back must not keep us from asking for ever.
  return askedAt === undefined || askedAt > now || askedAt + pause <= now
}

function trusted(policy: Policy, stored: Readonly<Record<string, Pinned>>): readonly Pinned[] {
  const set = policy.gateways.map(({ gateway, rootKey, name }): Pinned => {
    const kept = stored[keyOf({ by: 'policy', gateway })]
    // Another root key in the policy is another decision: nothing learnt by the old one counts.
    if (kept?.anchor === rootKey) return { ...kept, name: name ?? kept.name }
    return {
      gateway,
      by: 'policy',
      name: name ?? hostOf(gateway),
      anchor: rootKey,
      rootKey,
      sequence: 0,
      keys: [],
      validUntil: 0,
      since: 0,
      refreshed: 0,
      trouble: null,
    }
  })
  const chosen = policy.allowPairing ? Object.values(stored).filter(({ by }) => by === 'person') : []
  return [...set, ...chosen.filter(({ gateway }) => !set.some((one) => one.gateway === gateway))]
}

/** The pin after asking. Threat: whoever answers in the gateway's place, with an old answer or with keys of their own. */
async function renewed(pinned: Pinned, { fetch, now }: Pick<Surroundings, 'fetch' | 'now'>): Promise<Pinned> {
  try {
    const description = await fetchDescription(pinned.gateway, { fetch, now })
    if (description.sequence < pinned.sequence || !(await rootSuccession(description, pinned.rootKey))) {
      return { ...pinned, trouble: 'refused' }
    }
    return pinnedFrom(description, { ...pinned, since: pinned.since || now() }, now())
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // `refreshed` stays: where nothing was heard, the next judging asks again.
    return { ...pinned, trouble: error.code === 'no-answer' ? 'no-answer' : 'refused' }
  }
}

function keyOf({ by, gateway }: Pick<Pinned, 'by' | 'gateway'>): string {
  return `${by} ${gateway}`
}
