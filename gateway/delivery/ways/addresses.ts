import type { Resolver } from './dns/index.ts'

/** Where a host is. */
export interface Addresses {
  /** IPv6 and IPv4 in turn; empty where there is none. */
  readonly addresses: readonly string[]
  /** Signed (DNSSEC), both that it has addresses and that it has none of the other kind. */
  readonly signed: boolean
  /** The name at the end of its aliases. */
  readonly canonical: string
  /** Why it could not be found out whether there are any; undefined where that is known. */
  readonly trouble: string | undefined
}

/** @param host A-labels. Never rejects. */
export async function addressesOf(resolver: Resolver, host: string): Promise<Addresses> {
  const [six, four] = await Promise.all([resolver.ask(host, 'AAAA'), resolver.ask(host, 'A')])
  const known = [six, four].filter((answer) => answer.state !== 'trouble')
  const troubles = [six, four].filter((answer) => answer.state === 'trouble')
  return {
    addresses: inTurn(six.state === 'found' ? six.records : [], four.state === 'found' ? four.records : []),
    signed: troubles.length === 0 && known.every(({ secure }) => secure),
    canonical: known[0]?.canonical ?? host,
    trouble: troubles[0]?.why,
  }
}

/** A network that drops one of them in silence costs one wait, not all of them. */
function inTurn(six: readonly string[], four: readonly string[]): string[] {
  return Array.from({ length: Math.max(six.length, four.length) }, (_, index) => [six[index], four[index]])
    .flat()
    .filter((address) => address !== undefined)
}
