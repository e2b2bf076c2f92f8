import { fromBase64Url } from './base64.ts'

/**
 * What a gateway says of itself at `/.well-known/postern`, signed with its root key. Who has pinned that key (by
 * policy, or by pairing once) learns from it which keys sign links, and follows the root key when it changes.
 *
 * Threat: whoever answers in the gateway's place (a stolen name, a proxy, an old answer kept and played back) must
 * not add a key. A description counts only where all of these hold; each is the caller's to ask:
 * `readDescription`, `verifyDescription`, `isCurrent`, its `portal` is the origin it was fetched from,
 * `rootSuccession` from the pinned key, and its `sequence` is not less than the last one seen.
 */
export interface Description {
  readonly name: 'postern'
  readonly version: 1
  /** Origin of the portal; links of this gateway begin with it. */
  readonly portal: string
  /** Those whose links are good, the signing one first; also those published ahead, before they sign. */
  readonly keys: readonly DescribedKey[]
  /** Name of the gateway for people. */
  readonly title: string
  /** ms since 1970 of the newest change to any key: never goes back. */
  readonly sequence: number
  /** Seconds since 1970. */
  readonly issued: number
  readonly validUntil: number
  /** Ed25519, 32 raw bytes, base64url. */
  readonly rootKey: string
  /** Oldest first: how each earlier root key handed over to the next; the last one to `rootKey`. */
  readonly succession: readonly Handing[]
  /** Ed25519 by `rootKey` over `descriptionBytes`, base64url. */
  readonly signature: string
}

export interface DescribedKey {
  readonly kid: string
  readonly algorithm: 'Ed25519'
  /** 32 raw bytes, base64url. */
  readonly publicKey: string
}

/** An earlier root key's signature of the next one. */
export interface Handing {
  readonly from: string
  readonly to: string
  /** Ed25519 by `from` over `successionBytes`, base64url. */
  readonly signature: string
}

/** What is signed of a description. */
export type Unsigned = Omit<Description, 'signature'>

/** How far the clocks of a gateway and of a reader may be apart, seconds. */
const skew = 600
const encoder = new TextEncoder()

/**
 * What the root key signs: one line a field, in this order. No field can hold a line break (`readDescription` sees
 * to it), so two descriptions never have the same bytes.
 */
export function descriptionBytes(description: Unsigned): Uint8Array<ArrayBuffer> {
  const { portal, keys, title, sequence, issued, validUntil, rootKey, succession } = description
  const lines = [
    'postern/description/v1',
    `portal ${portal}`,
    ...keys.map(({ kid, algorithm, publicKey }) => `key ${kid} ${algorithm} ${publicKey}`),
    `title ${title}`,
    `sequence ${sequence}`,
    `issued ${issued}`,
    `valid-until ${validUntil}`,
    ...succession.map(({ from, to, signature }) => `succession ${from} ${to} ${signature}`),
    `root ${rootKey}`,
  ]
  return encoder.encode(lines.map((line) => `${line}\n`).join(''))
}

/** What an earlier root key signs to hand over to the next one. Both base64url. */
export function successionBytes(from: string, to: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`postern/root-succession/v1\n${from}\n${to}\n`)
}

/** Whether its own root key signed it. Says nothing of whether that key is to be trusted. */
export async function verifyDescription(description: Description): Promise<boolean> {
  return verified(description.rootKey, description.signature, descriptionBytes(description))
}

/** Whether the time is within its validity, clocks being up to ten minutes apart. @param now ms since 1970. */
export function isCurrent({ issued, validUntil }: Description, now: number): boolean {
  return issued - skew <= now / 1000 && now / 1000 < validUntil + skew
}

/**
 * Whether the root key is the pinned one or follows from it, each key having signed the next. Holds for a
 * description that `verifyDescription` holds for. @param pinnedRoot base64url.
 */
export async function rootSuccession(
  { rootKey, succession }: Description,
  pinnedRoot: string,
): Promise<boolean> {
  if (rootKey === pinnedRoot) return true
  const at = succession.findIndex(({ from }) => from === pinnedRoot)
  if (at < 0) return false
  for (const { from, to, signature } of succession.slice(at)) {
    if (!(await verified(from, signature, successionBytes(from, to)))) return false
  }
  return true
}

/** How people compare a root key: SHA-256 of its 32 bytes, 64 hex digits in groups of four. @param rootKey base64url. */
export async function fingerprint(rootKey: string): Promise<string> {
  const bytes = fromBase64Url(rootKey, 32)
  if (!bytes) throw new Error('not a public key')
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/(.{4})(?=.)/g, '$1 ')
}

async function verified(publicKey: string, signature: string, signed: Uint8Array<ArrayBuffer>) {
  const key = fromBase64Url(publicKey, 32)
  const bytes = fromBase64Url(signature, 64)
  if (!key || !bytes) return false
  try {
    const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify'])
    return await crypto.subtle.verify('Ed25519', imported, bytes, signed)
  } catch {
    // 32 bytes that are no point of the curve: some engines say so here.
    return false
  }
}
