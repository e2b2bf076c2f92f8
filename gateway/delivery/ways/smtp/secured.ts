import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { codeOf } from './trouble.ts'

/** The TLS of a connection; nothing of it has been held against a policy yet. */
export interface Secured {
  /** `TLSv1.3` */
  readonly protocol: string
  /** The certificate is valid for the host by the certification authorities trusted; else why not. */
  readonly valid: true | string
  /** What the server sent, its own first. */
  readonly chain: readonly X509Certificate[]
}

export function securedOf(socket: TLSSocket): Secured {
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    valid: socket.authorized || whyNot(socket),
    chain: chainOf(socket),
  }
}

/** Why OpenSSL or Node says no, for people. */
const reasons: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for other names',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'its time has not yet come',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known',
}

function whyNot({ authorizationError }: TLSSocket): string {
  // Typed as Error, and a code as text.
  const why: unknown = authorizationError
  const code = why instanceof Error ? (codeOf(why) ?? why.message) : String(why)
  return reasons[code] ?? code
}

function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = []
  let one: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
  while (one && 'raw' in one && chain.length < 20) {
    const certificate = new X509Certificate(one.raw)
    chain.push(certificate)
    // One that signed itself names itself as its issuer.
    one = one.issuerCertificate === one ? undefined : one.issuerCertificate
  }
  return chain
}
