import { type KeyObject, sign } from 'node:crypto'
import { type Handing, mostHandings, successionBytes } from '../../shared/link/index.ts'
import { gatewayItself, record } from '../audit/index.ts'
import { type Row, type Store, type Trx, countChange } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { keep } from './kept.ts'
import { nextMoment } from './moment.ts'
import { destroyed, newPair, openedKey } from './pair.ts'

/** A root key as operators see it. */
export interface RootKey {
  readonly state: 'signing' | 'retired'
  /** 32 raw bytes, base64url. */
  readonly publicKey: string
  /** ms since 1970. */
  readonly createdAt: number
  readonly retiredAt: number | null
}

export interface Root {
  readonly publicKey: string
  readonly privateKey: KeyObject
  /** How it came to be the root key, oldest first. */
  readonly succession: readonly Handing[]
}

export interface RootKeys {
  /** The root key of now; made where there is none. */
  current(): Promise<Root>
  /** All, the newest first. */
  list(): Promise<RootKey[]>
  /** A new root key, signed by the one of now, whose private half is then destroyed. */
  rotate(): Promise<RootKey>
}

type KeyRow = Row<'root_keys'>
const placeOf = (publicKey: string) => `root-key|${publicKey}`

export function createRootKeys({
  store,
  vault,
  now,
}: {
  store: Store
  vault: Vault
  now: () => number
}): RootKeys {
  const current = keep(store, now, async () => {
    let rows = await all(store.db)
    if (rows.length === 0) {
      await store.write((trx) => ensure(trx, vault, now()))
      rows = await all(store.db)
    }
    const row = currentOf(rows)
    if (!row) throw new Error('no root key is in use')
    const { public_key: publicKey } = row
    const privateKey = openedKey(vault, placeOf(publicKey), row.wrapped_private_key)
    return { value: { publicKey, privateKey, succession: successionOf(rows) }, until: Infinity }
  })

  return {
    current,

    list: async () => (await all(store.db)).toReversed().map(shown),

    async rotate() {
      const row = await store.write(async (trx) => {
        const old = await ensure(trx, vault, now())
        const at = await nextMoment(trx, now())
        const made = newRow(vault, at)
        const key = openedKey(vault, placeOf(old.public_key), old.wrapped_private_key)
        const handing = sign(null, successionBytes(old.public_key, made.public_key), key)
        const next = { ...made, predecessor: old.public_key, handing: handing.toString('base64url') }
        // Whoever finds it later can hand over to nobody: there is one successor.
        await trx
          .updateTable('root_keys')
          .set({ retired_at: at, wrapped_private_key: destroyed })
          .where('public_key', '=', old.public_key)
          .execute()
        await trx.insertInto('root_keys').values(next).execute()
        await countChange(trx)
        const detail = { from: old.public_key, to: next.public_key }
        await record(trx, at, { type: 'root-key-rotated', accountId: gatewayItself, detail })
        return next
      })
      return shown(row)
    },
  }
}

function currentOf(rows: readonly KeyRow[]): KeyRow | undefined {
  return rows.findLast(({ retired_at }) => retired_at === null)
}

async function ensure(trx: Trx, vault: Vault, now: number): Promise<KeyRow> {
  const known = currentOf(await all(trx))
  if (known) return known
  const row = newRow(vault, await nextMoment(trx, now))
  await trx.insertInto('root_keys').values(row).execute()
  await countChange(trx)
  const detail = { key: row.public_key }
  await record(trx, row.created_at, { type: 'root-key-made', accountId: gatewayItself, detail })
  return row
}

function newRow(vault: Vault, at: number): KeyRow {
  const pair = newPair()
  const publicKey = pair.publicKey.toString('base64url')
  return {
    public_key: publicKey,
    wrapped_private_key: vault.wrapSecret(placeOf(publicKey), pair.secret),
    created_at: at,
    retired_at: null,
    predecessor: null,
    handing: null,
  }
}

/** Oldest first. */
async function all(db: Store['db'] | Trx): Promise<KeyRow[]> {
  return db.selectFrom('root_keys').selectAll().orderBy('created_at').orderBy('public_key').execute()
}

/** The last ones: who has not looked for that many changes pairs anew. */
function successionOf(rows: readonly KeyRow[]): Handing[] {
  return rows
    .flatMap(({ predecessor, public_key: to, handing }) =>
      predecessor !== null && handing !== null ? [{ from: predecessor, to, signature: handing }] : [],
    )
    .slice(-mostHandings)
}

function shown(row: KeyRow): RootKey {
  return {
    state: row.retired_at === null ? 'signing' : 'retired',
    publicKey: row.public_key,
    createdAt: row.created_at,
    retiredAt: row.retired_at,
  }
}
