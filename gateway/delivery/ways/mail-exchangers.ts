import { domainToASCII } from 'node:url'
import type { RecordData, Resolver } from './dns/index.ts'
import type { Trouble } from './trouble.ts'

/** Servers of a domain, in the order in which they are tried. */
export interface Exchangers {
  /** A-labels. */
  readonly hosts: readonly string[]
  /** That they are its servers is signed (DNSSEC). */
  readonly signed: boolean
}

/** More are not tried in one attempt. */
const mostHosts = 8

/**
 * Looks up who takes mail for a domain (RFC 5321 section 5.1): by preference, equal ones in random order; the domain
 * itself where it names none; nobody where it says so (RFC 7505).
 * @param hostname our own: servers no better than we are would send it back. @param random in [0, 1).
 */
export async function exchangersOf(
  resolver: Resolver,
  domain: string,
  { hostname, random }: { hostname: string; random: () => number },
): Promise<Exchangers | Trouble> {
  const answer = await resolver.ask(domain, 'MX')
  switch (answer.state) {
    case 'trouble':
      return {
        kind: 'temporary',
        status: '4.4.3',
        reply: `The mail servers of ${domain} can't be looked up: ${answer.why}.`,
      }
    case 'nowhere':
      return { kind: 'permanent', status: '5.1.2', reply: `There is no domain ${domain}.` }
    case 'empty':
      return { hosts: [domain], signed: answer.secure }
    case 'found':
  }
  const named = answer.records.filter(({ exchange }) => isHost(exchange))
  if (named.length === 0) {
    return answer.records.some(({ exchange }) => exchange === '')
      ? { kind: 'permanent', status: '5.1.10', reply: `${domain} takes no mail (null MX).` }
      : { kind: 'permanent', status: '5.4.4', reply: `${domain} names no mail server that there can be.` }
  }
  const ours = named.find(({ exchange }) => exchange === hostname.toLowerCase())
  const better = ours ? named.filter(({ preference }) => preference < ours.preference) : named
  if (better.length === 0) return loop(domain)
  return { hosts: inOrder(better, random).slice(0, mostHosts), signed: answer.secure }
}

/** Mail for a domain whose server is this one, and that is none of ours. */
export function loop(domain: string): Trouble {
  return { kind: 'permanent', status: '5.4.6', reply: `Mail for ${domain} comes back to this server.` }
}

/** A-labels in lower case; a name that has none stays as it is, and there is no such domain. */
export function toDomain(text: string): string {
  return (domainToASCII(text) || text).toLowerCase().replace(/\.$/, '')
}

function isHost(name: string): boolean {
  return /^(?=.*[a-z_])([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(name)
}

function inOrder(records: readonly RecordData['MX'][], random: () => number): string[] {
  const drawn = records.map(({ exchange, preference }) => ({ exchange, preference, lot: random() }))
  drawn.sort((a, b) => a.preference - b.preference || a.lot - b.lot)
  return [...new Set(drawn.map(({ exchange }) => exchange))]
}
