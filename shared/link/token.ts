import { fromBase64Url, toBase64Url } from './base64.ts'

/**
 * The link token: `postern1.<kid>.<payload>.<signature>`. The marker survives percent-encoding and every known
 * rewriter, so a finder can look for it cheaply. Each field is base64url without padding, so the whole is
 * letters, digits, `-`, `_` and dots, and stands in the path alone.
 *
 * Payload (50 bytes): version 1 (1), purpose (1), account hash (8), handle (16), recipient hash (16),
 * issued (u32, seconds), expires (u32, seconds; 0xffffffff: never).
 * Signature: Ed25519 over "postern/link/v1\0" || kid || 0x00 || payload.
 */

export const marker = 'postern1'
const payloadSize = 50
const signatureSize = 64
export const neverExpires = 0xffff_ffff

export interface LinkPayload {
  readonly purpose: 'message'
  /** First 8 bytes of SHA-256 of the account's id, hex. */
  readonly accountHash: string
  /** The copy's id: 16 random bytes, hex. */
  readonly handle: string
  /** First 16 bytes of SHA-256 of the normalised recipient address, hex. */
  readonly recipientHash: string
  /** Seconds since 1970. */
  readonly issued: number
  /** Seconds since 1970, or `neverExpires`. */
  readonly expires: number
}

export interface LinkToken {
  readonly kid: string
  readonly payload: LinkPayload
  /** What is signed. */
  readonly signed: Uint8Array<ArrayBuffer>
  readonly signature: Uint8Array<ArrayBuffer>
}

/** Bytes to sign for a payload under a key id. */
export function signedBytes(kid: string, payload: LinkPayload): Uint8Array<ArrayBuffer> {
  return toSign(kid, encodePayload(payload))
}

/** The token of a payload and its signature. */
export function encodeToken(kid: string, payload: LinkPayload, signature: Uint8Array): string {
  checkKid(kid)
  return [marker, kid, toBase64Url(encodePayload(payload)), toBase64Url(signature)].join('.')
}

/**
 * Reads a token, strictly: one way to write each token, no other field, no trailing byte. Returns undefined for
 * anything else. Says nothing of the signature.
 */
export function decodeToken(text: string): LinkToken | undefined {
  const fields = text.split('.')
  if (fields.length !== 4 || fields[0] !== marker) return undefined
  const [, kid = '', payloadText = '', signatureText = ''] = fields
  if (!/^[a-z0-9]{1,16}$/.test(kid)) return undefined
  const bytes = fromBase64Url(payloadText, payloadSize)
  const signature = fromBase64Url(signatureText, signatureSize)
  if (!bytes || !signature) return undefined
  const payload = decodePayload(bytes)
  return payload && { kid, payload, signed: toSign(kid, bytes), signature }
}

/** Verifies a token's signature with WebCrypto. @param publicKey 32 raw bytes of Ed25519. */
export async function verifyToken(token: LinkToken, publicKey: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
  return crypto.subtle.verify('Ed25519', key, token.signature, token.signed)
}

/** First `bytes` bytes of SHA-256 of a text, hex: how accounts and recipients stand in a payload. */
export async function shortHash(text: string, bytes: 8 | 16): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return toHex(new Uint8Array(digest, 0, bytes))
}

function encodePayload(payload: LinkPayload): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(payloadSize)
  const view = new DataView(bytes.buffer)
  bytes[0] = 1
  bytes[1] = 1
  bytes.set(fromHex(payload.accountHash, 8), 2)
  bytes.set(fromHex(payload.handle, 16), 10)
  bytes.set(fromHex(payload.recipientHash, 16), 26)
  view.setUint32(42, payload.issued)
  view.setUint32(46, payload.expires)
  return bytes
}

function decodePayload(bytes: Uint8Array<ArrayBuffer>): LinkPayload | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  if (bytes[0] !== 1 || bytes[1] !== 1) return undefined
  return {
    purpose: 'message',
    accountHash: toHex(bytes.subarray(2, 10)),
    handle: toHex(bytes.subarray(10, 26)),
    recipientHash: toHex(bytes.subarray(26, 42)),
    issued: view.getUint32(42),
    expires: view.getUint32(46),
  }
}

function toSign(kid: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  checkKid(kid)
  const head = new TextEncoder().encode(`postern/link/v1\0${kid}\0`)
  const bytes = new Uint8Array(head.length + payload.length)
  bytes.set(head)
  bytes.set(payload, head.length)
  return bytes
}

function checkKid(kid: string): void {
  if (!/^[a-z0-9]{1,16}$/.test(kid)) throw new Error(`not a key id: ${JSON.stringify(kid)}`)
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function fromHex(text: string, size: number): Uint8Array {
  if (text.length !== size * 2 || !/^[0-9a-f]*$/.test(text))
    throw new Error(`not ${size} bytes in hex: ${text}`)
  return Uint8Array.from({ length: size }, (_, i) => parseInt(text.slice(i * 2, i * 2 + 2), 16))
}
