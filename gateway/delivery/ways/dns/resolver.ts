import { exchange } from './exchange.ts'
import { type AskedType, type RecordData, isName, toName, toSaid } from './packet.ts'
import { type DnsServer, isLoopback } from './server.ts'

/** What DNS says of a name. */
export type Answer<Type extends AskedType> =
  | {
      /** `found`: records. `empty`: the name has none of this kind. `nowhere`: there is no such name. */
      readonly state: 'found' | 'empty' | 'nowhere'
      readonly records: readonly RecordData[Type][]
      /** Signed, and checked by a server that is trusted: it is so, also where it is that there is nothing. */
      readonly secure: boolean
      /** The name at the end of the aliases. */
      readonly canonical: string
    }
  /** Nobody could say: no server answered, or none could find out. Worth asking again. */
  | { readonly state: 'trouble'; readonly why: string }

export interface Resolver {
  /** Never rejects. @param name A-labels. */
  ask<Type extends AskedType>(name: string, type: Type): Promise<Answer<Type>>
  /** What the servers say of DNSSEC is believed. */
  readonly trusted: boolean
  /** For people: whom it asks. */
  readonly servers: readonly DnsServer[]
}

/** Each server is given as long as this, one after the other, then all of them again with more patience; ms. */
const patience = [2_000, 5_000]
/** Answers remembered. */
const most = 10_000
/** How long they are at most and at least, s: what changes is to be seen soon, and no server asked for every message. */
const longest = { found: 3600, empty: 300, nowhere: 300 }
const shortest = 5
/** What could not be answered is not asked again for this long, s. */
const restAfterTrouble = 5

/**
 * @param servers asked in this order. @param trusted believe what they say of DNSSEC; default: where all of them are on
 * this machine. @param now ms. @param waits see `patience`.
 */
export function createResolver({
  servers,
  trusted = servers.length > 0 && servers.every(isLoopback),
  now,
  waits = patience,
}: {
  servers: readonly DnsServer[]
  trusted?: boolean | undefined
  now: () => number
  waits?: readonly number[] | undefined
}): Resolver {
  /** By type and name, the oldest first; one that is being asked for is asked for once. */
  const known = new Map<string, { until: number; answer: Promise<Answer<AskedType>> }>()

  async function find<Type extends AskedType>(
    name: string,
    type: Type,
  ): Promise<{ answer: Answer<Type>; seconds: number }> {
    let why = servers.length === 0 ? 'no DNS server is known' : ''
    for (const ms of waits) {
      for (const server of servers) {
        try {
          const packet = await exchange(server, name, type, ms)
          const said = toSaid(packet, name, type)
          if (!said) why = 'the aliases of the name go round in a circle'
          else if (said.rcode === 'NOERROR' || said.rcode === 'NXDOMAIN') {
            const nothing = said.rcode === 'NXDOMAIN' ? 'nowhere' : 'empty'
            const state = said.records.length > 0 ? 'found' : nothing
            const { records, canonical, authentic } = said
            return {
              answer: { state, records, canonical, secure: trusted && authentic },
              seconds: Math.min(longest[state], Math.max(shortest, said.ttl)),
            }
          } else why = `${server.address} answers ${said.rcode}`
        } catch (error) {
          why = `${server.address}: ${error instanceof Error ? error.message : String(error)}`
        }
      }
    }
    return { answer: { state: 'trouble', why }, seconds: restAfterTrouble }
  }

  return {
    trusted,
    servers,
    ask<Type extends AskedType>(given: string, type: Type): Promise<Answer<Type>> {
      const name = toName(given)
      if (!isName(name)) {
        return Promise.resolve({ state: 'nowhere', records: [], secure: false, canonical: name })
      }
      const key = `${type} ${name}`
      const remembered = known.get(key)
      // The key says the type.
      if (remembered && remembered.until > now()) return remembered.answer as Promise<Answer<Type>>
      known.delete(key)
      const answer = find(name, type)
      // Until it is known how long it holds, it is being asked for.
      const entry = { until: Infinity, answer: answer.then((found) => found.answer) }
      void answer.then(({ seconds }) => (entry.until = now() + seconds * 1000))
      known.set(key, entry)
      const [oldest] = known.keys()
      if (known.size > most && oldest !== undefined) known.delete(oldest)
      return entry.answer
    },
  }
}
