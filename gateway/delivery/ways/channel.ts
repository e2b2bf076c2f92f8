import type { Session } from './smtp/index.ts'
import { type TlsaRecords, matches } from './dane.ts'

/** What is known about a server and must be so, before anything is said to it. */
export type ChannelPolicy =
  /** A server that an administrator has named. */
  | { readonly kind: 'named'; readonly tls: 'may' | 'encrypt' | 'verify' }
  /** A server that DNS names for a domain. */
  | {
      readonly kind: 'exchanger'
      readonly domain: string
      /** RFC 7672: records that can be matched, or `unusable`: there are some, and none of them can. */
      readonly dane: TlsaRecords | 'unusable' | undefined
      /** RFC 8461 */
      readonly mtaSts: 'enforce' | 'testing' | undefined
      /** That it is a server of the domain is signed (DNSSEC). */
      readonly signed: boolean
    }

/** A connection held against a policy. */
export interface Verdict {
  /** By what it is proven that this is the server that should get the message, and nobody else reads it. */
  readonly verified: 'certificate' | 'DANE' | 'MTA-STS' | 'DNSSEC' | undefined
  /** The policy lets mail over it that asks for nothing itself. */
  readonly allowed: boolean
  /** What is missing to be verified, to follow the name of the server: `it offers no TLS`. */
  readonly missing: string
  /** For the log. */
  readonly note?: string | undefined
}

/** For people: `TLSv1.3, verified (DANE)`. */
export function channelName({ secured }: Pick<Session, 'secured'>, { verified }: Verdict): string {
  if (!secured) return 'in clear'
  return `${secured.protocol}, ${verified === undefined ? 'not verified' : `verified (${verified})`}`
}

/** @param now ms; certificates have a time. */
export function judge(
  { secured, host }: Pick<Session, 'secured' | 'host'>,
  policy: ChannelPolicy,
  now: number,
): Verdict {
  const note = trial(secured, policy)
  if (!secured)
    return { verified: undefined, allowed: !demandsTls(policy), missing: 'it offers no TLS', note }
  const valid = secured.valid === true
  const invalid = `its certificate is not valid (${String(secured.valid)})`
  if (policy.kind === 'named') {
    return {
      verified: valid ? 'certificate' : undefined,
      allowed: valid || policy.tls !== 'verify',
      missing: invalid,
    }
  }
  const { dane, mtaSts, signed, domain } = policy
  // A failing DANE is not made good by a certificate that pleases MTA-STS (RFC 8461 section 2).
  if (typeof dane === 'object') {
    const fits = matches(secured.chain, dane, [host, domain], now)
    return {
      verified: fits ? 'DANE' : undefined,
      allowed: fits,
      missing: 'its certificate does not match its TLSA records (DANE)',
    }
  }
  if (mtaSts === 'enforce') {
    const missing = `${invalid}, which the MTA-STS policy of ${domain} asks for`
    return { verified: valid ? 'MTA-STS' : undefined, allowed: valid, missing }
  }
  if (valid && signed) return { verified: 'DNSSEC', allowed: true, missing: '', note }
  const unproven = `nothing proves that it is a mail server of ${domain} (neither DANE nor an MTA-STS policy in force)`
  return { verified: undefined, allowed: true, missing: valid ? unproven : invalid, note }
}

/** Without TLS nothing is sent to it. */
export function demandsTls(policy: ChannelPolicy): boolean {
  if (policy.kind === 'named') return policy.tls !== 'may'
  return policy.dane !== undefined || policy.mtaSts === 'enforce'
}

/** A policy in testing stops nothing (RFC 8461 section 5). */
function trial(secured: Session['secured'], policy: ChannelPolicy): string | undefined {
  if (policy.kind === 'named' || policy.mtaSts !== 'testing' || secured?.valid === true) return undefined
  return `the MTA-STS policy of ${policy.domain} is in testing; in force it would have stopped this message`
}
