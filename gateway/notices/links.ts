import { hash, sign as signBytes } from 'node:crypto'
import {
  type LinkPayload,
  decodeToken,
  encodeToken,
  neverExpires,
  signedBytes,
  verifyToken,
} from '../../shared/link/index.ts'
import type { Keys } from '../keys/index.ts'

/** What a link locates. Times in ms. */
export interface LinkedCopy {
  readonly id: string
  readonly accountId: string
  /** As normalised. */
  readonly address: string
  /** Null: never. */
  readonly expiresAt: number | null
  /** When the link counts as issued; now where it is not said. Two links of one copy and time are the same. */
  readonly receivedAt?: number | undefined
}

export type LinkCheck =
  | { readonly state: 'genuine'; readonly payload: LinkPayload }
  /** Signed by us, but past its time. */
  | { readonly state: 'expired'; readonly payload: LinkPayload }
  /** Not ours, changed, cut or lengthened. */
  | { readonly state: 'invalid' }

export interface Links {
  /** The whole URL, `<origin>/m/postern1.<kid>.<payload>.<signature>`. */
  sign(copy: LinkedCopy): Promise<string>
  /** Judges a token (not a URL). Says nothing of the copy: it may be recalled, shredded or unknown. */
  check(token: string): Promise<LinkCheck>
}

/** Path of links below the origin. */
export const linkPath = '/m/'

/**
 * Signs and checks links with the gateway's link keys.
 *
 * @param origin configured, such as `https://secure.example.com`; never taken from a request.
 */
export function createLinks({
  keys,
  origin,
  now,
}: {
  keys: Pick<Keys, 'links'>
  origin: string
  now: () => number
}): Links {
  return {
    async sign(copy) {
      const { kid, privateKey } = await keys.links.signing()
      const payload: LinkPayload = {
        purpose: 'message',
        // As `shortHash` makes them; WebCrypto's detour through threads would be felt for each notice.
        accountHash: hash('sha256', copy.accountId).slice(0, 16),
        handle: copy.id,
        recipientHash: hash('sha256', copy.address).slice(0, 32),
        issued: seconds(copy.receivedAt ?? now()),
        expires: copy.expiresAt === null ? neverExpires : seconds(copy.expiresAt),
      }
      const signature = signBytes(null, signedBytes(kid, payload), privateKey)
      return new URL(`${linkPath}${encodeToken(kid, payload, signature)}`, origin).href
    },

    async check(text) {
      const token = decodeToken(text)
      if (!token) return { state: 'invalid' }
      const publicKey = await keys.links.checking(token.kid)
      if (!publicKey || !(await verifyToken(token, publicKey))) return { state: 'invalid' }
      const { payload } = token
      const ended = payload.expires !== neverExpires && payload.expires * 1000 <= now()
      return { state: ended ? 'expired' : 'genuine', payload }
    },
  }
}

const seconds = (ms: number) => Math.floor(ms / 1000)
