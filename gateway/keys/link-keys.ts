import type { KeyObject } from 'node:crypto'
import { Problem } from '../problem.ts'
import { type Store, type Trx, countChange } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { keep } from './kept.ts'
import {
  type LinkKey,
  all,
  destroyUnused,
  ensure,
  make,
  note,
  placeOf,
  shown,
  signingOf,
} from './link-key-rows.ts'
import { nextMoment } from './moment.ts'
import { destroyed, openedKey } from './pair.ts'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
}

export interface LinkKeys {
  /** The key that signs now; made where there is none. */
  signing(): Promise<SigningKey>
  /** The public half of a key whose links are good, 32 raw bytes. */
  checking(kid: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** All, the signing one first, then the newest. */
  list(): Promise<LinkKey[]>
  /** A new key that signs from `overlap` ms on; until then the one before does. Both check. */
  rotate(overlap: number): Promise<LinkKey>
  /** Its links are good no more. Another key signs at once where it did. Throws Problem `key-unknown`, `key-revoked`. */
  revoke(kid: string): Promise<LinkKey>
}

export function createLinkKeys({
  store,
  vault,
  now,
}: {
  store: Store
  vault: Vault
  now: () => number
}): LinkKeys {
  const signing = keep(store, now, async () => {
    const at = now()
    const rows = await all(store.db)
    const row = signingOf(rows, at) ?? (await store.write((trx) => ensure(trx, vault, now())))
    const value: SigningKey = {
      kid: row.kid,
      privateKey: openedKey(vault, placeOf(row.kid), row.wrapped_private_key),
    }
    const turns = [row.retired_at, ...rows.map(({ active_from }) => active_from)]
    return {
      value,
      until: Math.min(...turns.filter((turn) => turn !== null && turn > at).map(Number), Infinity),
    }
  })

  /** @param job takes the time, and the moment that the change counts as made: later where the clock stood still. */
  async function change<T>(job: (trx: Trx, at: number, moment: number) => Promise<T>): Promise<T> {
    return store.write(async (trx) => {
      await countChange(trx)
      return job(trx, now(), await nextMoment(trx, now()))
    })
  }

  return {
    signing,

    async checking(kid) {
      const row = await store.db
        .selectFrom('link_keys')
        .select('public_key')
        .where('kid', '=', kid)
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      return row && Uint8Array.from(row.public_key)
    },

    async list() {
      const at = now()
      const rows = await all(store.db)
      const current = signingOf(rows, at)
      return rows
        .toSorted((a, b) => Number(b === current) - Number(a === current))
        .map((row) => shown(row, current, at))
    },

    rotate: (overlap) =>
      change(async (trx, at, moment) => {
        const active = at + overlap
        // Without one that signs until then, the new one signs at once.
        const current = signingOf(await all(trx), at)
        const row = await make(trx, vault, moment, current ? active : at)
        await trx
          .updateTable('link_keys')
          .set({ retired_at: row.active_from })
          .where('kid', '!=', row.kid)
          .where((where) =>
            where.or([where('retired_at', 'is', null), where('retired_at', '>', row.active_from)]),
          )
          .execute()
        await destroyUnused(trx, at)
        await note(trx, moment, 'link-key-rotated', { kid: row.kid, activeFrom: row.active_from })
        return shown(row, row.active_from <= at ? row : undefined, at)
      }),

    revoke: (kid) =>
      change(async (trx, at, moment) => {
        const row = (await all(trx)).find((one) => one.kid === kid)
        if (!row)
          throw new Problem('key-unknown', 404, `There is no link key ${kid}. See “postern keys list”.`)
        if (row.revoked_at !== null)
          throw new Problem('key-revoked', 409, `The link key ${kid} was revoked already.`)
        const change = {
          revoked_at: moment,
          retired_at: Math.min(row.retired_at ?? at, at),
          wrapped_private_key: destroyed,
        }
        await trx.updateTable('link_keys').set(change).where('kid', '=', kid).execute()
        const next = await ensure(trx, vault, at)
        await note(trx, moment, 'link-key-revoked', { kid, signing: next.kid })
        return shown({ ...row, ...change }, undefined, at)
      }),
  }
}
