import type { Description } from '../../shared/link/index.ts'
import { isRecord, isText } from './records.ts'

/** A gateway that is trusted, with the keys its description gave. */
export interface Pinned {
  /** Origin. */
  readonly gateway: string
  readonly by: 'person' | 'policy'
  readonly name: string
  /** Root key that the person compared or policy names; base64url. */
  readonly anchor: string
  /** Root key of now: the anchor, or what it handed over to. */
  readonly rootKey: string
  /** Never goes back; see Description. */
  readonly sequence: number
  readonly keys: readonly { readonly kid: string; readonly publicKey: string }[]
  /** ms since 1970; after it the keys no longer count. */
  readonly validUntil: number
  /** ms since 1970. */
  readonly since: number
  readonly refreshed: number
  /** Why the newest refresh failed; null where it did not. */
  readonly trouble: Trouble | null
}

export type Trouble = 'no-answer' | 'refused'

/** A pin with what a description says; the caller has checked that it may. */
export function pinnedFrom(
  description: Description,
  pin: Pick<Pinned, 'by' | 'anchor' | 'since'>,
  now: number,
): Pinned {
  const { portal, title, rootKey, sequence, keys, validUntil } = description
  return {
    gateway: portal,
    by: pin.by,
    name: title,
    anchor: pin.anchor,
    rootKey,
    sequence,
    keys: keys.map(({ kid, publicKey }) => ({ kid, publicKey })),
    validUntil: validUntil * 1000,
    since: pin.since,
    refreshed: now,
    trouble: null,
  }
}

/** A pin out of storage; undefined where it isn't whole, so that a gateway is never half trusted. */
export function readPinned(value: unknown): Pinned | undefined {
  if (!isRecord(value)) return undefined
  const { gateway, by, name, anchor, rootKey, sequence, keys, validUntil, since, refreshed, trouble } = value
  if (!isText(gateway, 300) || !isText(name, 300) || !isText(anchor, 43) || !isText(rootKey, 43))
    return undefined
  if (by !== 'person' && by !== 'policy') return undefined
  if (!isNumber(sequence) || !isNumber(validUntil) || !isNumber(since) || !isNumber(refreshed))
    return undefined
  if (!Array.isArray(keys) || !keys.every(isKey)) return undefined
  if (trouble !== null && trouble !== 'no-answer' && trouble !== 'refused') return undefined
  return { gateway, by, name, anchor, rootKey, sequence, keys, validUntil, since, refreshed, trouble }
}

function isKey(value: unknown): value is Pinned['keys'][number] {
  return isRecord(value) && isText(value['kid'], 16) && isText(value['publicKey'], 43)
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
