import type { Account, People, Person } from './people/index.ts'
import { ensureTemporary, replaceByTemporary } from './people/index.ts'
import type { Signin } from './signin/index.ts'
import type { Store } from './store/index.ts'

/** Account, domain and administrator that a new gateway begins with. */
export const firstAccount = { code: 'example', name: 'Example', domains: ['example.test'] }
export const firstAdministrator = 'admin@example.test'

export interface FirstSignIn {
  readonly address: string
  readonly password: string
  /** ms */
  readonly expiresAt: number
}

/** Makes the first account and its administrator where there is no account at all. */
export async function makeFirstAccount(parts: {
  store: Store
  people: People
  now: () => number
}): Promise<void> {
  const { store, people, now } = parts
  if ((await people.accounts()).length > 0) return
  const account: Account = await people.createAccount(firstAccount)
  await store.write(async (trx) => {
    const { person } = await people.ensure(
      trx,
      { address: firstAdministrator, name: 'Administrator', role: 'administrator' },
      now(),
    )
    await ensureTemporary(trx, person.id, now())
  })
  if (account.domains[0] !== firstAccount.domains[0]) throw new Error('the first account has another domain')
}

/**
 * The first administrator's sign-in, as long as its temporary password was not changed. One that expired, or was
 * used without being changed, is replaced: whoever starts the gateway must get in. Nobody else's is.
 */
export async function firstSignIn({
  store,
  people,
  signin,
  now,
}: {
  store: Store
  people: People
  signin: Signin
  now: () => number
}): Promise<FirstSignIn | undefined> {
  const person = await people.personByAddress(firstAdministrator)
  if (person?.role !== 'administrator') return undefined
  await renewIfSpent(store, person, now())
  const temporary = await signin.temporaryPassword(person.id)
  return temporary && { address: person.address, ...temporary }
}

async function renewIfSpent(store: Store, person: Person, at: number): Promise<void> {
  await store.write(async (trx) => {
    const row = await trx
      .selectFrom('passwords')
      .select(['kind', 'used_at', 'expires_at'])
      .where('person_id', '=', person.id)
      .executeTakeFirst()
    const spent =
      row?.kind === 'temporary' && (row.used_at !== null || (row.expires_at !== null && row.expires_at <= at))
    if (spent) await replaceByTemporary(trx, person.id, at)
  })
}
