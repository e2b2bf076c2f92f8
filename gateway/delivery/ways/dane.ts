import { X509Certificate, createHash, createPublicKey } from 'node:crypto'
import type { RecordData, Resolver } from './dns/index.ts'

type Tlsa = RecordData['TLSA']

/** TLSA records of a server that a certificate can be held against (RFC 7672 section 3.1). */
export interface TlsaRecords {
  readonly records: readonly Tlsa[]
  /** Where they were found: a name that the certificate may be for. */
  readonly base: string
}

/** What DNS says of a server's certificate; `unusable` asks for TLS, with any certificate (section 2.2). */
export type Dane =
  | { readonly state: 'none' }
  | { readonly state: 'unusable' }
  | { readonly state: 'usable'; readonly tlsa: TlsaRecords }
  /** Whether there are records could not be found out: the server is not used, for that may be what somebody wants. */
  | { readonly state: 'trouble'; readonly why: string }

/**
 * Looks TLSA records up. Only for servers whose name and addresses are signed; where the name is an alias, the one at
 * its end comes first (section 2.2.2).
 */
export async function lookUpTlsa(
  resolver: Resolver,
  { host, canonical, port }: { host: string; canonical: string; port: number },
): Promise<Dane> {
  for (const base of new Set([canonical, host])) {
    const answer = await resolver.ask(`_${port}._tcp.${base}`, 'TLSA')
    if (answer.state === 'trouble') return answer
    if (answer.state !== 'found' || !answer.secure) continue
    const records = strongest(answer.records.filter(isUsable))
    return records.length === 0 ? { state: 'unusable' } : { state: 'usable', tlsa: { records, base } }
  }
  return { state: 'none' }
}

const hashes = ['', 'sha256', 'sha512']
const lengths = [undefined, 32, 64]

/** DANE-TA(2) and DANE-EE(3); the other two usages lean on authorities that mail servers do not agree about. */
function isUsable({ usage, selector, matchingType, certificate }: Tlsa): boolean {
  if (![2, 3].includes(usage) || ![0, 1].includes(selector) || !(matchingType in hashes)) return false
  return certificate.length > 0 && (matchingType === 0 || certificate.length === lengths[matchingType])
}

/** Of two digests of the same thing the weaker one is not asked (RFC 7671 section 9). */
function strongest(records: readonly Tlsa[]): Tlsa[] {
  const same = (a: Tlsa, b: Tlsa) => a.usage === b.usage && a.selector === b.selector
  return records.filter(
    (one) =>
      one.matchingType === 0 ||
      !records.some((other) => same(one, other) && other.matchingType > one.matchingType),
  )
}

/**
 * Whether a server's certificate is the one its records tell of.
 * @param chain as the server sent it, its own first. @param names that it may be for beside the records' own.
 */
export function matches(
  chain: readonly X509Certificate[],
  { records, base }: TlsaRecords,
  names: readonly string[],
  now: number,
): boolean {
  const [own] = chain
  if (!own) return false
  // DANE-EE: neither its names nor its time count (RFC 7672 section 3.1.1).
  if (records.some((record) => record.usage === 3 && isOf(record, own))) return true
  const anchors = records.filter(({ usage }) => usage === 2)
  if (anchors.length === 0 || ![base, ...names].some((name) => own.checkHost(name) !== undefined))
    return false
  return isAnchored(chain, anchors, now)
}

function isOf({ selector, matchingType, certificate }: Tlsa, of: X509Certificate): boolean {
  const bytes = selector === 0 ? of.raw : of.publicKey.export({ type: 'spki', format: 'der' })
  const hash = hashes[matchingType]
  return certificate.equals(hash ? createHash(hash).update(bytes).digest() : bytes)
}

/** From the server's own certificate up, each signed by the next, until one that the records name. */
function isAnchored(chain: readonly X509Certificate[], anchors: readonly Tlsa[], now: number): boolean {
  for (const [index, one] of chain.entries()) {
    if (!isInTime(one, now)) return false
    if (index > 0 && anchors.some((anchor) => isOf(anchor, one))) return true
    const next = chain[index + 1]
    if (!next) return isSignedByKey(one, anchors)
    if (!next.ca || !one.checkIssued(next) || !one.verify(next.publicKey)) return false
  }
  return false
}

/** An anchor that is whole in DNS need not be sent: a certificate, or a key alone (RFC 7672 section 3.1.2). */
function isSignedByKey(last: X509Certificate, anchors: readonly Tlsa[]): boolean {
  return anchors.some(({ matchingType, selector, certificate }) => {
    if (matchingType !== 0) return false
    try {
      const key =
        selector === 1
          ? createPublicKey({ key: certificate, type: 'spki', format: 'der' })
          : new X509Certificate(certificate).publicKey
      return last.verify(key)
    } catch {
      // What is no key and no certificate has signed nothing.
      return false
    }
  })
}

function isInTime({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  return validFromDate.getTime() <= now && now <= validToDate.getTime()
}
