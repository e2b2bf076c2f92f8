import { decodeToken, type LinkToken, neverExpires, verifyToken } from '../../shared/link/index.ts'
import type { Verdict } from '../protocol.ts'

/** A trusted gateway: what its links are checked by. */
export interface Trust {
  /** Origin, as `URL.origin` has it. */
  readonly gateway: string
  /** As shown. */
  readonly host: string
  readonly name: string
  /** `publicKey`: 32 bytes of Ed25519, base64url. */
  readonly keys: readonly { readonly kid: string; readonly publicKey: string }[]
}

/** How far the clock here may be ahead of the gateway's; ms. */
const tolerance = 10 * 60_000

/**
 * The verdict on a token that a gateway may have issued: genuine, or undefined.
 * @param now ms since 1970.
 */
export async function genuine(text: string, home: Trust, now: number): Promise<Verdict | undefined> {
  const token = decodeToken(text)
  if (!token || !(await isSigned(token, home))) return undefined
  const { gateway, host, name } = home
  const { expires } = token.payload
  const expired = expires !== neverExpires && expires * 1000 + tolerance < now
  return { state: 'genuine', gateway, host, name, token: text, expired }
}

async function isSigned(token: LinkToken, { keys }: Trust): Promise<boolean> {
  for (const { kid, publicKey } of keys) {
    if (kid !== token.kid) continue
    try {
      const raw = atob(publicKey.replaceAll('-', '+').replaceAll('_', '/'))
      const bytes = Uint8Array.from(raw, (character) => character.charCodeAt(0))
      if (await verifyToken(token, bytes)) return true
    } catch {
      // A pinned key that is no key verifies nothing; the others still count.
    }
  }
  return false
}
