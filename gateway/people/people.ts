import type { AccountKey, Vault } from '../vault/index.ts'
import { type Row, type Store, type Trx, newId } from '../store/index.ts'
import { Problem } from '../problem.ts'
import { asciiDomain, parseAddress } from './address.ts'
import { AccountSettings } from './settings.ts'

export interface Account {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly settings: AccountSettings
  /** Lower case A-labels, in the order they were added. */
  readonly domains: readonly string[]
  readonly key: AccountKey
}

export type Person = Row<'people'>

export interface People {
  /** Undefined where there is none. Accounts are kept in memory and change only through this part. */
  account(id: string): Promise<Account | undefined>
  accountByCode(code: string): Promise<Account | undefined>
  /** The account a mail domain (A-labels, lower case) belongs to. */
  accountOfDomain(domain: string): Promise<Account | undefined>
  accounts(): Promise<Account[]>
  /** Throws Problem where the code or a domain is taken or malformed. */
  createAccount(account: {
    code: string
    name: string
    domains: string[]
    settings?: Partial<AccountSettings>
  }): Promise<Account>
  changeSettings(accountId: string, settings: Partial<AccountSettings>): Promise<Account>
  person(id: string): Promise<Person | undefined>
  /** @param address as people type it. */
  personByAddress(address: string): Promise<Person | undefined>
  people(filter: { accountId?: string; search?: string; limit: number }): Promise<Person[]>
  /**
   * The person of an address, made where there is none: a user of the account where the domain belongs to one,
   * else a recipient. `created` tells whether it was made now. Throws Problem for what is not an address.
   */
  ensure(
    trx: Trx,
    person: { address: string; name?: string; role?: 'user' | 'administrator' },
    now: number,
  ): Promise<{ person: Person; created: boolean }>
  setLanguage(personId: string, language: string): Promise<void>
}

export function createPeople({
  store,
  vault,
  now,
}: {
  store: Store
  vault: Vault
  now: () => number
}): People {
  const { db } = store
  let loaded: Promise<Map<string, Account>> | undefined
  const all = () => (loaded ??= load())

  async function load(): Promise<Map<string, Account>> {
    const domains = await db
      .selectFrom('domains')
      .selectAll()
      .orderBy('created_at')
      .orderBy('domain')
      .execute()
    const rows = await db.selectFrom('accounts').selectAll().execute()
    return new Map(
      rows.map((row) => [
        row.id,
        {
          id: row.id,
          code: row.code,
          name: row.name,
          settings: AccountSettings.parse(JSON.parse(row.settings_json)),
          domains: domains.filter((one) => one.account_id === row.id).map((one) => one.domain),
          key: vault.account(row.id, row.wrapped_key),
        },
      ]),
    )
  }

  async function must(id: string): Promise<Account> {
    const account = (await all()).get(id)
    if (!account) throw new Problem('account-unknown', 404, 'There is no such account.')
    return account
  }

  const people: People = {
    account: async (id) => (await all()).get(id),
    accounts: async () => [...(await all()).values()],
    async accountByCode(code) {
      for (const account of (await all()).values()) if (account.code === code) return account
      return undefined
    },
    async accountOfDomain(domain) {
      for (const account of (await all()).values()) if (account.domains.includes(domain)) return account
      return undefined
    },

    async createAccount({ code, name, domains, settings }) {
      if (!/^[a-z][a-z0-9-]{1,30}$/.test(code)) {
        throw new Problem(
          'account-code-malformed',
          400,
          'An account code has 2 to 31 lower-case letters, digits and hyphens, and begins with a letter.',
        )
      }
      if (await people.accountByCode(code))
        throw new Problem('account-code-taken', 409, `There is an account ${code} already.`)
      const ascii: string[] = []
      for (const text of domains) {
        const domain = asciiDomain(text)
        if (!domain?.includes('.'))
          throw new Problem('domain-malformed', 400, `${text} is not a mail domain.`)
        if (await people.accountOfDomain(domain))
          throw new Problem('domain-taken', 409, `${domain} belongs to another account.`)
        ascii.push(domain)
      }
      const id = newId()
      await store.write(async (trx) => {
        await trx
          .insertInto('accounts')
          .values({
            id,
            code,
            name,
            settings_json: JSON.stringify(AccountSettings.parse(settings ?? {})),
            wrapped_key: vault.createAccountKey(id),
            created_at: now(),
          })
          .execute()
        for (const domain of ascii) {
          await trx.insertInto('domains').values({ domain, account_id: id, created_at: now() }).execute()
        }
      })
      loaded = undefined
      return must(id)
    },

    async changeSettings(accountId, settings) {
      const account = await must(accountId)
      const changed = AccountSettings.parse({ ...account.settings, ...settings })
      await store.write(async (trx) => {
        await trx
          .updateTable('accounts')
          .set({ settings_json: JSON.stringify(changed) })
          .where('id', '=', accountId)
          .execute()
      })
      loaded = undefined
      return must(accountId)
    },

    person: async (id) => db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst(),

    async personByAddress(text) {
      const parsed = parseAddress(text.trim())
      if (!parsed) return undefined
      return db.selectFrom('people').selectAll().where('address', '=', parsed.address).executeTakeFirst()
    },

    async people({ accountId, search, limit }) {
      let query = db.selectFrom('people').selectAll().orderBy('address').limit(limit)
      if (accountId !== undefined) query = query.where('account_id', '=', accountId)
      if (search !== undefined) query = query.where('address', 'like', `%${search.toLowerCase()}%`)
      return query.execute()
    },

    async ensure(trx, { address, name, role }, at) {
      const parsed = parseAddress(address)
      if (!parsed) throw new Problem('address-malformed', 400, `${address} is not a mail address.`)
      const known = await trx
        .selectFrom('people')
        .selectAll()
        .where('address', '=', parsed.address)
        .executeTakeFirst()
      if (known) return { person: known, created: false }
      const account = await people.accountOfDomain(parsed.domain)
      const person: Person = {
        id: newId(),
        address: parsed.address,
        account_id: account?.id ?? null,
        name: name ?? '',
        language: null,
        role: account ? (role ?? 'user') : 'recipient',
        created_at: at,
        disabled_at: null,
      }
      await trx.insertInto('people').values(person).execute()
      return { person, created: true }
    },

    async setLanguage(personId, language) {
      await store.write(async (trx) => {
        await trx.updateTable('people').set({ language }).where('id', '=', personId).execute()
      })
    },
  }
  return people
}
