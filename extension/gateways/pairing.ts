import type { Offer, TrustedGateway } from '../protocol.ts'
import { fingerprint } from '../../shared/link/index.ts'
import { hostOf, readAddress } from './address.ts'
import { fetchDescription } from './description.ts'
import { type Pinned, pinnedFrom } from './pinned.ts'
import { readPolicy } from './policy.ts'
import { Refusal } from './refusal.ts'
import type { Surroundings } from './surroundings.ts'
import type { Trust } from './trust.ts'

/** Trusting a gateway once: a person looks at what it says of itself, compares the fingerprint, and decides. */
export interface Pairing {
  lookUp(address: string): Promise<Offer>
  trust(gateway: string, fingerprint: string): Promise<void>
}

/** Asked by the extension's own pages only: no page of the web makes us speak to a gateway nobody trusts. */
export function createPairing(
  trust: Trust,
  { browser, fetch, now }: Pick<Surroundings, 'browser' | 'fetch' | 'now'>,
): Pairing {
  return {
    async lookUp(address) {
      const gateway = readAddress(address)
      if (gateway === undefined) throw new Refusal('address-wrong', 'This is no address of a gateway.')
      const pinned = await trust.find(gateway)
      if (!pinned && !(await readPolicy(browser.storage.managed)).allowPairing) throw byPolicy()
      const description = await fetchDescription(gateway, { fetch, now })
      return {
        gateway,
        host: hostOf(gateway),
        name: description.title,
        fingerprint: await fingerprint(description.rootKey),
        trusted: pinned?.rootKey === description.rootKey,
      }
    },

    async trust(gateway, shown) {
      const policy = await readPolicy(browser.storage.managed)
      if (!policy.allowPairing || policy.gateways.some((one) => one.gateway === gateway)) {
        throw byPolicy()
      }
      if (readAddress(gateway) !== gateway)
        throw new Refusal('address-wrong', 'This is no address of a gateway.')
      // Asked again, not remembered: what a person compared must be what is pinned, now.
      const description = await fetchDescription(gateway, { fetch, now })
      if ((await fingerprint(description.rootKey)) !== shown) {
        throw new Refusal('fingerprint-changed', 'The gateway answers with another key than a moment ago.')
      }
      const before = await trust.find(gateway)
      if (before?.rootKey === description.rootKey && description.sequence < before.sequence) {
        throw new Refusal('description-refused', 'The gateway answers with an older description than before.')
      }
      await trust.add(
        pinnedFrom(description, { by: 'person', anchor: description.rootKey, since: now() }, now()),
      )
    },
  }
}

function byPolicy(): Refusal {
  return new Refusal('by-policy', 'Your organisation decides which gateways are trusted.')
}

/** A pin as pages show it. */
export async function shownGateway(pinned: Pinned, signedInAs: string | null): Promise<TrustedGateway> {
  return {
    gateway: pinned.gateway,
    host: hostOf(pinned.gateway),
    name: pinned.name,
    fingerprint: await fingerprint(pinned.rootKey),
    by: pinned.by,
    since: pinned.since,
    signedInAs,
    trouble: pinned.trouble,
  }
}
