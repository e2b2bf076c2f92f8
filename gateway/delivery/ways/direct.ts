import { addressesOf } from './addresses.ts'
import type { ChannelPolicy } from './channel.ts'
import { lookUpTlsa } from './dane.ts'
import type { Resolver } from './dns/index.ts'
import type { Candidate, Hop } from './hop.ts'
import { exchangersOf } from './mail-exchangers.ts'
import type { MtaSts, createMtaSts } from './mta-sts.ts'
import { isNamed } from './mta-sts-policy.ts'
import type { Trouble } from './trouble.ts'

export interface DirectParts {
  readonly resolver: Resolver
  readonly mtaSts: ReturnType<typeof createMtaSts>
  /** Our own name in SMTP. */
  readonly hostname: string
  /** Of every mail server there is: 25, but for tests. */
  readonly port: number
  /** In [0, 1). */
  readonly random: () => number
}

/** A domain whose mail goes to the servers that DNS names for it. @param domain A-labels, or an address literal. */
export function createDirect(domain: string, parts: DirectParts): Hop {
  return {
    destination: `mx:${domain}`,
    named: false,
    candidates: (lenient) => candidatesOf(domain, parts, lenient),
  }
}

async function* candidatesOf(
  domain: string,
  parts: DirectParts,
  lenient: boolean,
): AsyncGenerator<Candidate | Trouble> {
  const { resolver, mtaSts, port } = parts
  const literal = /^\[(?:ipv6:)?([\da-f.:]+)\]$/i.exec(domain)?.[1]
  if (literal !== undefined) {
    // RFC 5321 section 4.1.3: the address says it all.
    const policy = { kind: 'exchanger' as const, domain, dane: undefined, mtaSts: undefined, signed: false }
    yield { peer: { host: literal, address: literal, port, tls: 'offered' }, policy }
    return
  }
  const exchangers = await exchangersOf(resolver, domain, parts)
  if ('kind' in exchangers) {
    yield exchangers
    return
  }
  const sts = await mtaSts.policyOf(domain)
  // Not to be reached is not to be without: a message that needs it can wait for it.
  if (sts.state === 'unreachable') {
    yield {
      kind: 'temporary',
      status: '4.7.5',
      reply: `The MTA-STS policy of ${domain} can't be fetched: ${sts.why}.`,
    }
  }
  for (const host of exchangers.hosts) {
    const { addresses, signed, canonical, trouble } = await addressesOf(resolver, host)
    if (addresses.length === 0) {
      yield noAddress(host, domain, trouble)
      continue
    }
    // RFC 7672 section 2.2: what is not signed so far proves nothing, and who has no DNSSEC may fail at such questions.
    const dane =
      exchangers.signed && signed
        ? await lookUpTlsa(resolver, { host, canonical, port })
        : ({ state: 'none' } as const)
    if (dane.state === 'trouble') {
      yield {
        kind: 'temporary',
        status: '4.7.5',
        reply: `The TLSA records of ${host} can't be looked up: ${dane.why}.`,
      }
      if (!lenient) continue
    }
    const usable = dane.state === 'usable' ? dane.tlsa : undefined
    const stray = !usable && strays(sts, host)
    if (stray) {
      yield {
        kind: 'policy',
        status: '4.7.5',
        reply: `${host} is none of the mail servers that the MTA-STS policy of ${domain} names.`,
      }
      if (!lenient) continue
    }
    const policy: ChannelPolicy = {
      kind: 'exchanger',
      domain,
      dane: usable ?? (dane.state === 'unusable' ? 'unusable' : undefined),
      mtaSts: sts.state === 'policy' && sts.policy.mode !== 'none' ? sts.policy.mode : undefined,
      signed: exchangers.signed,
    }
    for (const address of addresses) yield { peer: { host, address, port, tls: 'offered' }, policy }
  }
}

function strays(sts: MtaSts, host: string): boolean {
  return sts.state === 'policy' && sts.policy.mode === 'enforce' && !isNamed(sts.policy, host)
}

function noAddress(host: string, domain: string, trouble: string | undefined): Trouble {
  if (trouble !== undefined) {
    const reply = `The address of ${host} can't be looked up: ${trouble}.`
    return { kind: 'temporary', status: '4.4.3', reply }
  }
  return host === domain
    ? {
        kind: 'permanent',
        status: '5.1.2',
        reply: `${domain} takes no mail: it has no server and no address.`,
      }
    : { kind: 'permanent', status: '5.4.4', reply: `${host} has no address.` }
}
