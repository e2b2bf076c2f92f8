import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Account, type People, createPeople } from '../../gateway/people/index.ts'
import { type Definition, createPolicy, defaultDefinitions } from '../../gateway/policy/index.ts'
import { type Store, openStore } from '../../gateway/store/index.ts'
import { createVault } from '../../gateway/vault/index.ts'

let directory: string
let store: Store
let people: People
let account: Account

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-policy-'))
  store = await openStore(directory)
  people = createPeople({ store, vault: createVault(Buffer.alloc(32, 1)), now: () => 1_000 })
  account = await people.createAccount({ code: 'example', name: 'Example', domains: ['example.test'] })
})

afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const rule = (name: string): Definition => ({ name, conditions: [], outcome: 'hold', options: {} })

test('a new account holds what is marked, without anyone having set it up', async () => {
  const policy = createPolicy({ store, people })
  expect(await policy.definitionsOf(account.id)).toEqual(defaultDefinitions)
})

test('definitions are kept in their order and take effect at once', async () => {
  const policy = createPolicy({ store, people })
  await policy.definitionsOf(account.id)
  await policy.setDefinitions(account.id, [rule('one'), rule('two'), rule('three')])
  const names = async (from: typeof policy) => (await from.definitionsOf(account.id)).map(({ name }) => name)
  expect(await names(policy)).toEqual(['one', 'two', 'three'])
  expect(await names(createPolicy({ store, people }))).toEqual(['one', 'two', 'three'])

  await policy.setDefinitions(account.id, [rule('four')])
  expect(await names(policy)).toEqual(['four'])
  expect(await names(createPolicy({ store, people }))).toEqual(['four'])
})

test('a condition this version cannot evaluate is refused when it is set', async () => {
  const policy = createPolicy({ store, people })
  const conditions: Definition['conditions'][] = [
    [{ type: 'sender-group', groupId: 'g' }],
    [{ type: 'attachment-name', any: ['*.xlsx'] }],
    [{ type: 'attachment-type', any: ['application/pdf'] }],
    [{ type: 'text', detector: 'iban', atLeast: 1 }],
  ]
  for (const one of conditions) {
    await expect(
      policy.setDefinitions(account.id, [{ ...rule('x'), conditions: one }]),
    ).rejects.toMatchObject({
      code: 'condition-unknown',
      status: 400,
    })
  }
  expect(await policy.definitionsOf(account.id)).toEqual(defaultDefinitions)
})

test('an empty list, a malformed definition and an unknown account are refused', async () => {
  const policy = createPolicy({ store, people })
  await expect(policy.setDefinitions(account.id, [])).rejects.toMatchObject({ code: 'definitions-empty' })
  await expect(policy.setDefinitions(account.id, [rule('')])).rejects.toMatchObject({
    code: 'definition-malformed',
  })
  await expect(policy.setDefinitions('nobody', [rule('x')])).rejects.toMatchObject({
    code: 'account-unknown',
  })
})

test('definitions that cannot be read are an error, not an account without any', async () => {
  const policy = createPolicy({ store, people })
  await store.write(async (trx) => {
    await trx
      .insertInto('definitions')
      .values({ id: 'd', account_id: account.id, position: 0, rule_json: '{"name":1}', enabled: 1 })
      .execute()
  })
  await expect(policy.definitionsOf(account.id)).rejects.toThrow()
})

test('readers see a subject without the mark, by the words of the account', async () => {
  const policy = createPolicy({ store, people })
  expect(await policy.withoutMark(account.id, 'Re: [secure expires=7d] Contract')).toBe('Re: Contract')
  expect(await policy.withoutMark(account.id, 'Contract [draft]')).toBe('Contract [draft]')
  await policy.setDefinitions(account.id, [
    { ...rule('tag'), conditions: [{ type: 'subject-tag', words: ['vertraulich'] }] },
  ])
  expect(await policy.withoutMark(account.id, '(vertraulich) Vertrag')).toBe('Vertrag')
})
