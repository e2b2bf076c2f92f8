import { sql } from 'kysely'
import type { AccountKey, Vault } from '../vault/index.ts'
import { type Row, type Store, type Trx, countChange, insert, lookup, newId } from '../store/index.ts'
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

interface Accounts {
  readonly byId: ReadonlyMap<string, Account>
  readonly byCode: ReadonlyMap<string, Account>
  /** By each of its domains. */
  readonly byDomain: ReadonlyMap<string, Account>
}

export interface People {
  /** Undefined where there is none. Accounts are kept in memory and read again after each change, whoever made it. */
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

const byAddress = lookup((trx, address: string) =>
  trx.selectFrom('people').selectAll().where('address', '=', address),
)

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
  let loaded: { accounts: Promise<Accounts>; version: number } | undefined

  /** All accounts, read once and again after each change, another thread's or process's too. */
  async function all(): Promise<Accounts> {
    const version = store.version()
    if (loaded?.version === version) return loaded.accounts
    const reading = { accounts: load(), version }
    loaded = reading
    try {
      return await reading.accounts
    } catch (error) {
      // A failed reading is not kept.
      if (loaded === reading) loaded = undefined
      throw error
    }
  }

  async function load(): Promise<Accounts> {
    const domains = await db
      .selectFrom('domains')
      .selectAll()
      .orderBy('created_at')
      .orderBy('domain')
      .execute()
    const rows = await db.selectFrom('accounts').selectAll().execute()
    const accounts = rows.map((row) => ({
      id: row.id,
      code: row.code,
      name: row.name,
      settings: AccountSettings.parse(JSON.parse(row.settings_json)),
      domains: domains.filter((one) => one.account_id === row.id).map((one) => one.domain),
      key: vault.account(row.id, row.wrapped_key),
    }))
    return {
      byId: new Map(accounts.map((account) => [account.id, account])),
      byCode: new Map(accounts.map((account) => [account.code, account])),
      byDomain: new Map(
        accounts.flatMap((account) => account.domains.map((domain) => [domain, account] as const)),
      ),
    }
  }

  async function must(id: string): Promise<Account> {
    const account = (await all()).byId.get(id)
    if (!account) throw accountUnknown()
    return account
  }

  const people: People = {
    account: async (id) => (await all()).byId.get(id),
    accounts: async () => [...(await all()).byId.values()],
    accountByCode: async (code) => (await all()).byCode.get(code),
    accountOfDomain: async (domain) => (await all()).byDomain.get(domain),

    async createAccount({ code, name, domains, settings }) {
      if (!/^[a-z][a-z0-9-]{1,30}$/.test(code)) {
        throw new Problem(
          'account-code-malformed',
          400,
          'An account code has 2 to 31 lower-case letters, digits and hyphens, and begins with a letter.',
        )
      }
      const ascii = new Set<string>()
      for (const text of domains) {
        const domain = asciiDomain(text)
        if (!domain?.includes('.'))
          throw new Problem('domain-malformed', 400, `${text} is not a mail domain.`)
        ascii.add(domain)
      }
      const id = newId()
      await store.write(async (trx) => {
        const taken = await trx.selectFrom('accounts').select('id').where('code', '=', code).execute()
        if (taken.length > 0)
          throw new Problem('account-code-taken', 409, `There is an account ${code} already.`)
        for (const domain of ascii) {
          const owned = await trx.selectFrom('domains').selectAll().where('domain', '=', domain).execute()
          if (owned.length > 0)
            throw new Problem('domain-taken', 409, `${domain} belongs to another account.`)
        }
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
        // A ms apart, so that they stay in this order.
        let at = now()
        for (const domain of ascii) {
          await trx.insertInto('domains').values({ domain, account_id: id, created_at: at++ }).execute()
        }
        await countChange(trx)
      })
      return must(id)
    },

    async changeSettings(accountId, settings) {
      await store.write(async (trx) => {
        const row = await trx
          .selectFrom('accounts')
          .select('settings_json')
          .where('id', '=', accountId)
          .executeTakeFirst()
        if (!row) throw accountUnknown()
        const changed = AccountSettings.parse({
          ...AccountSettings.parse(JSON.parse(row.settings_json)),
          ...settings,
        })
        await trx
          .updateTable('accounts')
          .set({ settings_json: JSON.stringify(changed) })
          .where('id', '=', accountId)
          .execute()
        await countChange(trx)
      })
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
      if (search !== undefined) {
        // What was typed is looked for as it is: `_` and `%` are common in addresses.
        const pattern = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
        query = query.where(sql<boolean>`address like ${pattern} escape '\\'`)
      }
      return query.execute()
    },

    async ensure(trx, { address, name, role }, at) {
      const parsed = parseAddress(address)
      if (!parsed) throw new Problem('address-malformed', 400, `${address} is not a mail address.`)
      const known = await byAddress(trx, parsed.address)
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
      await insert(trx, 'people', person)
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

function accountUnknown(): Problem {
  return new Problem('account-unknown', 404, 'There is no such account.')
}
