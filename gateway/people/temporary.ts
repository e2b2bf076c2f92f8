import { randomBytes } from 'node:crypto'
import { type Trx, lookup } from '../store/index.ts'

/** How long a temporary password can be used, ms: 7 days. */
export const temporaryLife = 7 * 24 * 60 * 60 * 1000

const ofPerson = lookup((trx, personId: string) =>
  trx.selectFrom('passwords').select(['kind', 'expires_at']).where('person_id', '=', personId),
)

/**
 * Gives a person who has never chosen a password a temporary one, where they have none or theirs has expired.
 * Only a random seed is stored; the words of the password are derived from it when the notice is written.
 *
 * @returns true where one was made now: queue `sign-in-details` in the same transaction.
 */
export async function ensureTemporary(trx: Trx, personId: string, now: number): Promise<boolean> {
  // Nearly always there is one: a look is cheaper than the attempt to write.
  const known = await ofPerson(trx, personId)
  if (known && (known.kind === 'chosen' || (known.expires_at ?? 0) > now)) return false
  const temporary = newTemporary(now)
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('passwords')
    .values({ person_id: personId, ...temporary })
    .onConflict((conflict) =>
      conflict
        .column('person_id')
        .doUpdateSet(temporary)
        .where('passwords.kind', '=', 'temporary')
        .where('passwords.expires_at', '<=', now),
    )
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** Replaces whatever password a person has by a temporary one. The caller ends the person's sessions. */
export async function replaceByTemporary(trx: Trx, personId: string, now: number): Promise<void> {
  const temporary = newTemporary(now)
  await trx
    .insertInto('passwords')
    .values({ person_id: personId, ...temporary })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet(temporary))
    .execute()
}

function newTemporary(now: number) {
  return {
    kind: 'temporary' as const,
    hash: null,
    seed: randomBytes(32).toString('base64url'),
    created_at: now,
    expires_at: now + temporaryLife,
    used_at: null,
  }
}
