import { sign } from 'node:crypto'
import { type Description, type Unsigned, descriptionBytes, mostKeys } from '../../shared/link/index.ts'
import type { Store } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { keep } from './kept.ts'
import { type LinkKeys, createLinkKeys } from './link-keys.ts'
import { sequenceOf } from './moment.ts'
import { type RootKeys, createRootKeys } from './root-keys.ts'

export interface Keys {
  readonly links: LinkKeys
  readonly roots: RootKeys
  /** What the gateway says of itself, signed by the root key. */
  describe(): Promise<Description>
}

/** How long a description may be kept, seconds: who can't reach the gateway goes on checking links so long. */
const validity = 30 * 24 * 60 * 60
/** A description is signed anew after so many ms: anybody may ask for it, as often as they like. */
const signEvery = 60_000

/**
 * @param portal origin, configured; never taken from a request.
 * @param title name of the gateway for people.
 */
export function createKeys({
  store,
  vault,
  portal,
  title,
  now,
}: {
  store: Store
  vault: Vault
  portal: string
  title: string
  now: () => number
}): Keys {
  const links = createLinkKeys({ store, vault, now })
  const roots = createRootKeys({ store, vault, now })

  const describe = keep(store, now, async () => {
    // Both make their key at the first use; the number is read after that.
    const { publicKey: rootKey, privateKey, succession } = await roots.current()
    await links.signing()
    const sequence = await sequenceOf(store.db)
    const at = now()
    const issued = Math.floor(at / 1000)
    const keys = (await links.list())
      .filter(({ state }) => state !== 'revoked')
      .slice(0, mostKeys)
      .map(({ kid, publicKey }) => ({ kid, algorithm: 'Ed25519' as const, publicKey }))
    const unsigned: Unsigned = {
      name: 'postern',
      version: 1,
      portal,
      keys,
      title,
      sequence,
      issued,
      validUntil: issued + validity,
      rootKey,
      succession,
    }
    const signature = sign(null, descriptionBytes(unsigned), privateKey).toString('base64url')
    return { value: { ...unsigned, signature }, until: at + signEvery }
  })

  return { links, roots, describe }
}
