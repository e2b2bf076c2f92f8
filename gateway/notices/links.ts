import { createPrivateKey, createHash, generateKeyPairSync, sign as signBytes, hash } from 'node:crypto'
import {
  type LinkPayload,
  decodeToken,
  encodeToken,
  neverExpires,
  signedBytes,
  verifyToken,
} from '../../shared/link/index.ts'
import type { Store, Trx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'

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
  /** Every key whose links may still be about, the signing one first. */
  keys(): Promise<{ kid: string; publicKey: string }[]>
}

/** Path of links below the origin. */
export const linkPath = '/m/'

/**
 * Signs and checks links with an Ed25519 key that is made at the first use and kept in link_keys, its private half
 * wrapped by the vault. Retired keys check, but do not sign.
 *
 * @param origin configured, such as `https://secure.example.com`; never taken from a request.
 */
export function createLinks({
  store,
  vault,
  origin,
  now,
}: {
  store: Store
  vault: Vault
  origin: string
  now: () => number
}): Links {
  let signing: Promise<SigningKey> | undefined
  const signingKey = () =>
    (signing ??= loadOrMake(store, vault, now).catch((error: unknown) => {
      signing = undefined
      throw error
    }))

  return {
    async sign(copy) {
      const { kid, privateKey } = await signingKey()
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
      const row = await store.db
        .selectFrom('link_keys')
        .select('public_key')
        .where('kid', '=', token.kid)
        .executeTakeFirst()
      if (!row || !(await verifyToken(token, Uint8Array.from(row.public_key)))) return { state: 'invalid' }
      const { payload } = token
      const ended = payload.expires !== neverExpires && payload.expires * 1000 <= now()
      return { state: ended ? 'expired' : 'genuine', payload }
    },

    async keys() {
      const { kid: current } = await signingKey()
      const rows = await store.db
        .selectFrom('link_keys')
        .select(['kid', 'public_key'])
        .orderBy('created_at', 'desc')
        .orderBy('kid')
        .execute()
      return rows
        .toSorted((a, b) => Number(b.kid === current) - Number(a.kid === current))
        .map((row) => ({
          kid: row.kid,
          publicKey: Buffer.from(row.public_key).toString('base64url'),
        }))
    },
  }
}

interface SigningKey {
  readonly kid: string
  readonly privateKey: ReturnType<typeof createPrivateKey>
}

const placeOf = (kid: string) => `link-key|${kid}`
const seconds = (ms: number) => Math.floor(ms / 1000)

/** Another node may make its key in the same moment: whoever writes second takes the first one's. */
async function loadOrMake(store: Store, vault: Vault, now: () => number): Promise<SigningKey> {
  const known = await newest(store.db)
  if (known) return opened(vault, known.kid, known.wrapped_private_key)
  const pair = generateKeyPairSync('ed25519')
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  const kid = createHash('sha256').update(publicKey).digest('hex').slice(0, 8)
  const wrapped = vault.wrapSecret(placeOf(kid), pair.privateKey.export({ type: 'pkcs8', format: 'der' }))
  const stored = await store.write(async (trx) => {
    const first = await newest(trx)
    if (first) return first
    const row = {
      kid,
      public_key: publicKey,
      wrapped_private_key: wrapped,
      created_at: now(),
      retired_at: null,
    }
    await trx.insertInto('link_keys').values(row).execute()
    return row
  })
  return opened(vault, stored.kid, stored.wrapped_private_key)
}

function opened(vault: Vault, kid: string, wrapped: Uint8Array): SigningKey {
  const key = vault.unwrapSecret(placeOf(kid), wrapped)
  return { kid, privateKey: createPrivateKey({ key, format: 'der', type: 'pkcs8' }) }
}

async function newest(db: Store['db'] | Trx) {
  return db
    .selectFrom('link_keys')
    .select(['kid', 'wrapped_private_key'])
    .where('retired_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('kid')
    .limit(1)
    .executeTakeFirst()
}
