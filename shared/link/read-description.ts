import { fromBase64Url } from './base64.ts'
import type { DescribedKey, Description, Handing } from './description.ts'

/** More than a gateway needs in years; with them a description stays below 64 KB. */
export const mostKeys = 256
export const mostHandings = 64

/** Whether a text can be the name of a gateway: it is shown where a person decides whom to trust. */
export function isTitle(text: string): boolean {
  // Cf has the marks that turn the direction of text: a name must not dress up what stands beside it.
  const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
  return text !== '' && text.length <= 100 && text.trim() === text && !hidden.test(text)
}

/**
 * Reads a description, strictly: these fields, no other, each in its one form. Says nothing of the signature.
 * @param json parsed, of at most 64 KB (the caller sees to that).
 */
export function readDescription(json: unknown): Description | undefined {
  const it = record(json, fields)
  if (!it || it.name !== 'postern' || it.version !== 1) return undefined
  const { portal, title, sequence, issued, validUntil, rootKey, signature } = it
  if (!isText(portal) || !isOrigin(portal) || !isText(title) || !isTitle(title)) return undefined
  if (!isCount(sequence) || !isCount(issued) || !isCount(validUntil) || validUntil <= issued) return undefined
  if (!isBytes(rootKey, 32) || !isBytes(signature, 64)) return undefined
  const keys = list(it.keys, mostKeys, readKey)
  const succession = list(it.succession, mostHandings, readHanding)
  if (!keys || keys.length === 0 || !succession) return undefined
  if (new Set(keys.map(({ kid }) => kid)).size !== keys.length || !isChain(succession, rootKey))
    return undefined
  return {
    name: 'postern',
    version: 1,
    portal,
    keys,
    title,
    sequence,
    issued,
    validUntil,
    rootKey,
    succession,
    signature,
  }
}

const fields = [
  'name',
  'version',
  'portal',
  'keys',
  'title',
  'sequence',
  'issued',
  'validUntil',
  'rootKey',
  'succession',
  'signature',
] as const

function readKey(json: unknown): DescribedKey | undefined {
  const it = record(json, ['kid', 'algorithm', 'publicKey'])
  if (!it || it.algorithm !== 'Ed25519' || !isBytes(it.publicKey, 32)) return undefined
  if (!isText(it.kid) || !/^[a-z0-9]{1,16}$/.test(it.kid)) return undefined
  return { kid: it.kid, algorithm: 'Ed25519', publicKey: it.publicKey }
}

function readHanding(json: unknown): Handing | undefined {
  const it = record(json, ['from', 'to', 'signature'])
  if (!it || !isBytes(it.from, 32) || !isBytes(it.to, 32) || !isBytes(it.signature, 64)) return undefined
  return { from: it.from, to: it.to, signature: it.signature }
}

/** Each hands over to the next, the last one to the key of now, and none comes back. */
function isChain(succession: readonly Handing[], rootKey: string): boolean {
  const [first] = succession
  if (!first) return true
  const keys = [first.from, ...succession.map(({ to }) => to)]
  return (
    succession.every(({ from }, index) => from === keys[index]) &&
    keys.at(-1) === rootKey &&
    new Set(keys).size === keys.length
  )
}

/** An object with exactly these fields. */
function record<Name extends string>(
  json: unknown,
  names: readonly Name[],
): Record<Name, unknown> | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  const has = names.every((name) => Object.hasOwn(json, name)) && Object.keys(json).length === names.length
  // Each name was found above.
  return has ? (json as Record<Name, unknown>) : undefined
}

function list<T>(json: unknown, most: number, read: (one: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(json) || json.length > most) return undefined
  const all: T[] = []
  for (const one of json as readonly unknown[]) {
    const item = read(one)
    if (item === undefined) return undefined
    all.push(item)
  }
  return all
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isBytes(value: unknown, size: number): value is string {
  return isText(value) && fromBase64Url(value, size) !== undefined
}

function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && url.origin === text && ['https:', 'http:'].includes(url.protocol)
}
