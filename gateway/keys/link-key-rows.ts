import { hash } from 'node:crypto'
import { gatewayItself, record } from '../audit/index.ts'
import { type Row, type Store, type Trx, countChange } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { nextMoment } from './moment.ts'
import { destroyed, newPair } from './pair.ts'

/** A link key as operators see it. `waiting` is published and does not sign yet; `retired` checks, but does not sign. */
export interface LinkKey {
  readonly kid: string
  readonly state: 'waiting' | 'signing' | 'retired' | 'revoked'
  /** 32 raw bytes, base64url. */
  readonly publicKey: string
  /** ms since 1970. */
  readonly createdAt: number
  readonly activeFrom: number
  readonly retiredAt: number | null
  readonly revokedAt: number | null
}

export type KeyRow = Row<'link_keys'>

/** What a private half is wrapped as. */
export const placeOf = (kid: string) => `link-key|${kid}`

/** The key that signs at a time: of those whose time it is, the one that came last. */
export function signingOf(rows: readonly KeyRow[], at: number): KeyRow | undefined {
  return rows
    .filter(
      (row) =>
        row.wrapped_private_key.length > 0 &&
        row.active_from <= at &&
        (row.retired_at === null || row.retired_at > at),
    )
    .reduce<KeyRow | undefined>(
      (best, row) => (best && best.active_from >= row.active_from ? best : row),
      undefined,
    )
}

/** The signing key. Where there is none, one that waits begins now, or a new one: another node may have been first. */
export async function ensure(trx: Trx, vault: Vault, at: number): Promise<KeyRow> {
  const rows = await all(trx)
  const current = signingOf(rows, at)
  if (current) return current
  await countChange(trx)
  const waiting = rows.find((row) => row.retired_at === null && row.active_from > at)
  if (!waiting) {
    const row = await make(trx, vault, await nextMoment(trx, at), at)
    await note(trx, at, 'link-key-made', { kid: row.kid })
    return row
  }
  await trx.updateTable('link_keys').set({ active_from: at }).where('kid', '=', waiting.kid).execute()
  return { ...waiting, active_from: at }
}

export async function make(trx: Trx, vault: Vault, at: number, activeFrom: number): Promise<KeyRow> {
  const { publicKey, secret } = newPair()
  const kid = hash('sha256', publicKey).slice(0, 8)
  const row: KeyRow = {
    kid,
    public_key: publicKey,
    wrapped_private_key: vault.wrapSecret(placeOf(kid), secret),
    created_at: at,
    active_from: activeFrom,
    retired_at: null,
    revoked_at: null,
  }
  await trx.insertInto('link_keys').values(row).execute()
  return row
}

/** Newest first. */
export async function all(db: Store['db'] | Trx): Promise<KeyRow[]> {
  return db.selectFrom('link_keys').selectAll().orderBy('created_at', 'desc').orderBy('kid').execute()
}

/** What signs no more needs its private half no more. */
export async function destroyUnused(trx: Trx, at: number): Promise<void> {
  await trx
    .updateTable('link_keys')
    .set({ wrapped_private_key: destroyed })
    .where('retired_at', '<=', at)
    .execute()
}

export async function note(
  trx: Trx,
  at: number,
  type: string,
  detail: Record<string, string | number>,
): Promise<void> {
  await record(trx, at, { type, accountId: gatewayItself, detail })
}

export function shown(row: KeyRow, current: KeyRow | undefined, at: number): LinkKey {
  const state =
    row.revoked_at !== null
      ? 'revoked'
      : row.kid === current?.kid
        ? 'signing'
        : row.active_from > at && (row.retired_at === null || row.retired_at > row.active_from)
          ? 'waiting'
          : 'retired'
  return {
    kid: row.kid,
    state,
    publicKey: Buffer.from(row.public_key).toString('base64url'),
    createdAt: row.created_at,
    activeFrom: row.active_from,
    retiredAt: row.retired_at,
    revokedAt: row.revoked_at,
  }
}
