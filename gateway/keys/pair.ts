import { type KeyObject, createPrivateKey, generateKeyPairSync } from 'node:crypto'
import type { Vault } from '../vault/index.ts'

export interface KeyPair {
  /** 32 raw bytes. */
  readonly publicKey: Buffer
  /** PKCS #8, DER. */
  readonly secret: Buffer
}

/** A new Ed25519 key (RFC 8032). */
export function newPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32),
    secret: privateKey.export({ type: 'pkcs8', format: 'der' }),
  }
}

/** Opens a wrapped private key. Throws SealBroken. @param place what it was wrapped as. */
export function openedKey(vault: Vault, place: string, wrapped: Uint8Array): KeyObject {
  return createPrivateKey({ key: vault.unwrapSecret(place, wrapped), format: 'der', type: 'pkcs8' })
}

/** What stands in the place of a private key that was destroyed. */
export const destroyed = new Uint8Array(0)
