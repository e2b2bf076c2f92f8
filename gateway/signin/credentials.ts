import type { Person } from '../people/index.ts'
import type { Row, Trx } from '../store/index.ts'
import type { Cause } from './attempts.ts'
import type { Context } from './context.ts'
import { isTemporaryPassword } from './temporary.ts'

/** What a password turned out to be. `person` is there where the address is known, whatever the cause. */
export type Check =
  | { readonly fits: false; readonly person: Person | undefined; readonly cause: Cause }
  | { readonly fits: true; readonly person: Person; readonly password: Row<'passwords'> }
  /** The right temporary password, but too late: it fails, and new sign-in details may be sent. */
  | { readonly fits: false; readonly person: Person; readonly cause: Cause; readonly renew: Row<'passwords'> }

/**
 * Checks a password against the person of an address. Whatever is wrong, the same work is done: one look into
 * the store, one argon2, one comparison with a temporary password (of a seed that is nobody's, where none is due).
 *
 * @param address normalised, or undefined where what was typed is no address.
 */
export async function checkCredentials(
  { store, vault, people, passwords, now }: Context,
  address: string | undefined,
  typed: string,
): Promise<Check> {
  const person = await people.personByAddress(address ?? 'nobody@nobody.invalid')
  const password = await store.db
    .selectFrom('passwords')
    .selectAll()
    .where('person_id', '=', person?.id ?? '')
    .executeTakeFirst()
  const isTemporary = isTemporaryPassword(vault, password?.seed ?? '', typed)
  const isChosen = await passwords.verify(typed, password?.hash ?? undefined)

  if (!person) {
    return { fits: false, person, cause: address === undefined ? 'malformed-address' : 'unknown-address' }
  }
  if (person.disabled_at !== null) return { fits: false, person, cause: 'disabled' }
  if (!password) return { fits: false, person, cause: 'no-password' }
  if (password.kind === 'chosen') {
    return isChosen ? { fits: true, person, password } : { fits: false, person, cause: 'wrong-password' }
  }
  if (password.seed === null || !isTemporary) return { fits: false, person, cause: 'wrong-password' }
  if (password.used_at !== null) {
    return { fits: false, person, cause: 'temporary-password-used', renew: password }
  }
  if (password.expires_at !== null && password.expires_at <= now()) {
    return { fits: false, person, cause: 'temporary-password-expired', renew: password }
  }
  return { fits: true, person, password }
}

/** Whether the password of a person is still the one that was checked, and the person is not disabled. */
export async function isUnchanged(trx: Trx, checked: Row<'passwords'>): Promise<boolean> {
  const row = await trx
    .selectFrom('passwords')
    .innerJoin('people', 'people.id', 'passwords.person_id')
    .select(['hash', 'seed', 'used_at', 'disabled_at'])
    .where('person_id', '=', checked.person_id)
    .executeTakeFirst()
  return (
    row !== undefined &&
    row.disabled_at === null &&
    row.hash === checked.hash &&
    row.seed === checked.seed &&
    row.used_at === checked.used_at
  )
}
