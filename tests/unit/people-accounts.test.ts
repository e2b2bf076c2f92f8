import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type People, createPeople, noticeAddress } from '../../gateway/people/index.ts'
import { type Store, openStore } from '../../gateway/store/index.ts'
import { createVault } from '../../gateway/vault/index.ts'

let directory: string
let store: Store
let people: People

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-people-'))
  store = await openStore(directory)
  people = createPeople({ store, vault: createVault(Buffer.alloc(32, 1)), now: () => 1000 })
})

afterAll(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const ensure = (address: string, role?: 'administrator') =>
  store.write((trx) => people.ensure(trx, { address, ...(role && { role }) }, 1000))

test('an account is found by code and by each of its domains, in the order they were given', async () => {
  const account = await people.createAccount({
    code: 'alpha',
    name: 'Alpha',
    domains: ['Zeta.test', 'alpha.test', 'zeta.TEST.'],
  })
  expect((await people.accountByCode('alpha'))?.id).toBe(account.id)
  expect((await people.accountOfDomain('zeta.test'))?.id).toBe(account.id)
  expect((await people.accountOfDomain('alpha.test'))?.id).toBe(account.id)
  expect(await people.accountOfDomain('other.test')).toBeUndefined()
  expect(account.domains).toEqual(['zeta.test', 'alpha.test'])
  expect(noticeAddress(account)).toBe('postern@zeta.test')
})

test('codes and domains belong to one account, even when two are made at once', async () => {
  const make = (code: string, domain: string) => people.createAccount({ code, name: code, domains: [domain] })
  const results = await Promise.allSettled([
    make('beta', 'b1.test'),
    make('beta', 'b2.test'),
    make('gamma', 'b1.test'),
  ])
  expect(
    results.map((one) => (one.status === 'fulfilled' ? 'made' : (one.reason as { code: string }).code)),
  ).toEqual(['made', 'account-code-taken', 'domain-taken'])
  expect(await people.accountOfDomain('b2.test')).toBeUndefined()
  await expect(make('Bad Code', 'x.test')).rejects.toMatchObject({ code: 'account-code-malformed' })
  await expect(make('delta', 'no domain')).rejects.toMatchObject({ code: 'domain-malformed' })
})

test('settings changed at once are all kept, and are still there for the next process', async () => {
  const { id } = await people.createAccount({ code: 'epsilon', name: 'E', domains: ['epsilon.test'] })
  await Promise.all([
    people.changeSettings(id, { language: 'de' }),
    people.changeSettings(id, { noticeAddress: 'secure@epsilon.test' }),
  ])
  const again = createPeople({ store, vault: createVault(Buffer.alloc(32, 1)), now: () => 1000 })
  const account = await again.account(id)
  expect(account?.settings).toMatchObject({
    language: 'de',
    noticeAddress: 'secure@epsilon.test',
    expiryDays: 30,
  })
  expect(account && noticeAddress(account)).toBe('secure@epsilon.test')
  await expect(people.changeSettings('nobody', {})).rejects.toMatchObject({ code: 'account-unknown' })
})

test('a person is one for one address, a user where the domain is an account’s', async () => {
  const first = await ensure('Anna@Alpha.test', 'administrator')
  const second = await ensure('anna@alpha.test')
  expect(first).toMatchObject({
    created: true,
    person: { role: 'administrator', address: 'anna@alpha.test' },
  })
  expect(second).toEqual({ created: false, person: first.person })
  const outside = await ensure('rita@clinic.test', 'administrator')
  expect(outside.person).toMatchObject({ role: 'recipient', account_id: null })
  expect((await people.personByAddress(' RITA@clinic.test '))?.id).toBe(outside.person.id)
  await expect(ensure('nonsense')).rejects.toMatchObject({ code: 'address-malformed' })
})

test('a search takes what was typed as it is', async () => {
  await ensure('under_score@clinic.test')
  await ensure('underXscore@clinic.test')
  const found = async (search: string) =>
    (await people.people({ search, limit: 10 })).map((one) => one.address)
  expect(await found('Under_')).toEqual(['under_score@clinic.test'])
  expect(await found('%')).toEqual([])
  expect(await found('\\')).toEqual([])
  expect(await found('clinic')).toHaveLength(3)
})
