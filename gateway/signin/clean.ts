import type { Store, Trx } from '../store/index.ts'
import { knownFor } from './guards.ts'
import { idleLife } from './sessions.ts'

const day = 24 * 60 * 60 * 1000
/** How long the administrator can look up an attempt, ms. */
export const attemptsKeptFor = 90 * day
/** Rows in one transaction, so that mail does not wait for the broom. */
const batch = 500

/** Removes what has ended: sessions, resets, limits that forgave everything, old attempts. @returns how many. */
export async function clean(store: Store, now: number): Promise<number> {
  let removed = 0
  const rounds: ((trx: Trx) => Promise<{ numDeletedRows: bigint }>)[] = [
    (trx) =>
      trx
        .deleteFrom('sessions')
        .where('token_hash', 'in', (from) =>
          from
            .selectFrom('sessions')
            .select('token_hash')
            .where((or) => or.or([or('ends_at', '<=', now), or('seen_at', '<=', now - idleLife)]))
            .limit(batch),
        )
        .executeTakeFirst(),
    (trx) =>
      trx
        .deleteFrom('resets')
        .where('token_hash', 'in', (from) =>
          from.selectFrom('resets').select('token_hash').where('expires_at', '<=', now).limit(batch),
        )
        .executeTakeFirst(),
    (trx) =>
      trx
        .deleteFrom('limits')
        .where('key', 'in', (from) =>
          from
            .selectFrom('limits')
            .select('key')
            .where((or) =>
              or.or([
                // No rule takes longer than a day to forgive everything.
                or.and([or('since', '<=', now - day), or('key', 'not like', 'known:%')]),
                or('since', '<=', now - knownFor),
              ]),
            )
            .limit(batch),
        )
        .executeTakeFirst(),
    (trx) =>
      trx
        .deleteFrom('sign_ins')
        .where('id', 'in', (from) =>
          from
            .selectFrom('sign_ins')
            .select('id')
            .where('at', '<=', now - attemptsKeptFor)
            .limit(batch),
        )
        .executeTakeFirst(),
  ]
  for (const round of rounds) {
    for (;;) {
      const { numDeletedRows } = await store.write(round)
      removed += Number(numDeletedRows)
      if (numDeletedRows < BigInt(batch)) break
    }
  }
  return removed
}
