import { createCipheriv, createDecipheriv } from 'node:crypto'
import { SealBroken } from './chunked.ts'
import { random } from './random.ts'

/**
 * Wraps a key under another: nonce (12) || ciphertext || tag (16), AES-256-GCM with `place` as additional data,
 * so that a wrapped key opens only where it belongs. Random nonces are safe for 2^32 wraps under one key.
 */
export function wrap(under: Uint8Array, place: string, key: Uint8Array): Buffer {
  const nonce = random(12)
  const cipher = createCipheriv('aes-256-gcm', under, nonce)
  cipher.setAAD(Buffer.from(place))
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
}

/** Opens what `wrap` made. Throws SealBroken. */
export function unwrap(under: Uint8Array, place: string, wrapped: Uint8Array): Buffer {
  if (wrapped.length < 28) throw new SealBroken('a wrapped key is cut short')
  const decipher = createDecipheriv('aes-256-gcm', under, wrapped.subarray(0, 12))
  decipher.setAAD(Buffer.from(place))
  decipher.setAuthTag(wrapped.subarray(wrapped.length - 16))
  const key = decipher.update(wrapped.subarray(12, wrapped.length - 16))
  try {
    decipher.final()
  } catch {
    // The tag does not fit; node says no more than that.
    throw new SealBroken('a wrapped key belongs to another key or place')
  }
  return key
}
