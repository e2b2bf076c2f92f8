import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKeys } from '../../gateway/keys/index.ts'
import { createLinks } from '../../gateway/notices/index.ts'
import { type Store, openStore } from '../../gateway/store/index.ts'
import { createVault } from '../../gateway/vault/index.ts'
import {
  decodeToken,
  isCurrent,
  readDescription,
  rootSuccession,
  verifyDescription,
} from '../../shared/link/index.ts'

const origin = 'https://secure.example.com'
const start = Date.UTC(2026, 10, 21, 12)
const day = 24 * 60 * 60 * 1000
const vault = createVault(randomBytes(32))
const copy = { id: '0'.repeat(32), accountId: 'a', address: 'bob@else.test', expiresAt: null }

let directory: string
let store: Store
/** The same store, as another process has it. */
let beside: Store
let clock: number

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-keys-'))
  store = await openStore(directory)
  beside = await openStore(directory)
  clock = start
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await beside[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const now = () => clock
const keysOn = (on: Store) => createKeys({ store: on, vault, portal: origin, title: 'Example', now })

/** A gateway that runs, and the command line beside it. */
function running() {
  const keys = keysOn(store)
  const links = createLinks({ keys, origin, now })
  const sign = async () => (await links.sign(copy)).split('/m/')[1] ?? ''
  return {
    keys,
    sign,
    signer: async () => decodeToken(await sign())?.kid,
    check: async (token: string) => (await links.check(token)).state,
    published: async () => (await keys.describe()).keys.map(({ kid }) => kid),
    command: keysOn(beside),
  }
}

describe('a new link key', () => {
  test('is published at once, signs after a day, and the one before goes on checking', async () => {
    const { sign, signer, check, published, command } = running()
    const old = await sign()
    const oldKid = await signer()
    clock += 1000
    const { kid, activeFrom } = await command.links.rotate(day)
    expect(activeFrom).toBe(clock + day)
    expect(await published()).toEqual([oldKid, kid])
    clock = activeFrom - 1
    expect(await signer()).toBe(oldKid)
    clock = activeFrom
    expect(await signer()).toBe(kid)
    expect(await published()).toEqual([kid, oldKid])
    expect([await check(old), await check(await sign())]).toEqual(['genuine', 'genuine'])
    const states = (await command.links.list()).map((key) => [key.kid, key.state])
    expect(states).toEqual([
      [kid, 'signing'],
      [oldKid, 'retired'],
    ])
  })

  test('signs at once where it is said so, in the gateway that runs too', async () => {
    const { signer, command } = running()
    const before = await signer()
    const { kid } = await command.links.rotate(0)
    expect(kid).not.toBe(before)
    expect(await signer()).toBe(kid)
  })

  test('taken again before its time comes gives way to the newer one', async () => {
    const { signer, command } = running()
    const first = await signer()
    const second = await command.links.rotate(day)
    clock += day / 2
    const third = await command.links.rotate(day)
    expect(await signer()).toBe(first)
    clock = second.activeFrom
    expect(await signer()).toBe(second.kid)
    clock = third.activeFrom
    expect(await signer()).toBe(third.kid)
  })

  test('taken at once overtakes one that waits', async () => {
    const { signer, command } = running()
    await signer()
    const waiting = await command.links.rotate(day)
    const { kid } = await command.links.rotate(0)
    expect(await signer()).toBe(kid)
    clock = waiting.activeFrom + 1
    expect(await signer()).toBe(kid)
  })

  test('on a gateway that has none yet signs at once', async () => {
    const { signer, command } = running()
    const { kid, state } = await command.links.rotate(day)
    expect(state).toBe('signing')
    expect(await signer()).toBe(kid)
  })

  test('is one key, however many signers wait for it', async () => {
    const { sign, command } = running()
    await sign()
    await command.links.rotate(0)
    const tokens = await Promise.all(Array.from({ length: 20 }, sign))
    expect(new Set(tokens).size).toBe(1)
  })
})

describe('a revoked link key', () => {
  test('checks no more, is published no more, and another key signs at once', async () => {
    const { sign, signer, check, published, command } = running()
    const old = await sign()
    const revoked = (await signer()) ?? ''
    await command.links.revoke(revoked)
    expect(await check(old)).toBe('invalid')
    const next = await signer()
    expect(next).not.toBe(revoked)
    expect(await published()).toEqual([next])
    expect(await check(await sign())).toBe('genuine')
  })

  test('lets the key that waits begin at once', async () => {
    const { signer, published, command } = running()
    const revoked = (await signer()) ?? ''
    const { kid } = await command.links.rotate(day)
    await command.links.revoke(revoked)
    expect(await signer()).toBe(kid)
    expect(await published()).toEqual([kid])
  })

  test('that had retired already changes nothing for the one that signs', async () => {
    const { signer, command } = running()
    const old = (await signer()) ?? ''
    const { kid } = await command.links.rotate(0)
    await command.links.revoke(old)
    expect(await signer()).toBe(kid)
  })

  test('must be one that there is, and that is not revoked yet', async () => {
    const { signer, command } = running()
    const kid = (await signer()) ?? ''
    await expect(command.links.revoke('nosuch')).rejects.toMatchObject({ code: 'key-unknown' })
    await command.links.revoke(kid)
    await expect(command.links.revoke(kid)).rejects.toMatchObject({ code: 'key-revoked' })
  })
})

describe('what the gateway says of itself', () => {
  test('is signed by its root key, for thirty days', async () => {
    const { keys } = running()
    const description = await keys.describe()
    expect(readDescription(JSON.parse(JSON.stringify(description)))).toEqual(description)
    expect(await verifyDescription(description)).toBe(true)
    expect(description).toMatchObject({ portal: origin, title: 'Example', succession: [] })
    expect(isCurrent(description, clock + 30 * day - 1)).toBe(true)
    expect(isCurrent(description, clock + 31 * day)).toBe(false)
    clock += 10 * 60_000
    expect((await keys.describe()).issued).toBe(clock / 1000)
  })

  test('has one root key, however many ask first', async () => {
    const all = await Promise.all(
      [keysOn(store), keysOn(store), keysOn(beside)].map((keys) => keys.describe()),
    )
    expect(new Set(all.map(({ rootKey }) => rootKey)).size).toBe(1)
    expect(await keysOn(store).roots.list()).toHaveLength(1)
  })

  test('leads from every earlier root key to the one of now', async () => {
    const { keys, command } = running()
    const pinned = [(await keys.describe()).rootKey]
    for (let round = 0; round < 3; round++) {
      clock += 1000
      const { publicKey } = await command.roots.rotate()
      const description = await keys.describe()
      expect(description.rootKey).toBe(publicKey)
      expect(await verifyDescription(description)).toBe(true)
      for (const root of pinned) expect(await rootSuccession(description, root)).toBe(true)
      pinned.push(publicKey)
    }
    const states = (await command.roots.list()).map(({ state }) => state)
    expect(states).toEqual(['signing', 'retired', 'retired', 'retired'])
  })

  test('has a number that grows with every change, even when the clock is set back', async () => {
    const { keys, command, signer } = running()
    const seen: number[] = []
    const look = async () => seen.push((await keys.describe()).sequence)
    await look()
    for (const change of [
      () => command.links.rotate(day),
      () => command.links.rotate(0),
      async () => command.links.revoke((await signer()) ?? ''),
      () => command.roots.rotate(),
    ]) {
      clock -= 60_000
      await change()
      await look()
      clock -= 60_000
      await look()
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(new Set(seen).size).toBe(5)
  })
})

describe('secrets', () => {
  test('of keys that sign no more are destroyed', async () => {
    const { keys, signer, command } = running()
    const first = await signer()
    await keys.describe()
    await command.links.rotate(0)
    await command.roots.rotate()
    await command.roots.rotate()
    const rows = await store.db.selectFrom('link_keys').select(['kid', 'wrapped_private_key']).execute()
    for (const { kid, wrapped_private_key: wrapped } of rows) {
      expect(wrapped.length > 0, kid).toBe(kid !== first)
    }
    const roots = await store.db
      .selectFrom('root_keys')
      .select(['retired_at', 'wrapped_private_key'])
      .execute()
    expect(roots.filter(({ wrapped_private_key }) => wrapped_private_key.length > 0)).toMatchObject([
      { retired_at: null },
    ])
  })

  test('are in no file of the gateway in clear', async () => {
    const { keys } = running()
    await keys.describe()
    const [link] = await store.db.selectFrom('link_keys').selectAll().execute()
    const [root] = await store.db.selectFrom('root_keys').selectAll().execute()
    if (!link || !root) throw new Error('no keys')
    const secrets = [
      vault.unwrapSecret(`link-key|${link.kid}`, link.wrapped_private_key),
      vault.unwrapSecret(`root-key|${root.public_key}`, root.wrapped_private_key),
    ].map((pkcs8) => pkcs8.subarray(-32))
    const files = await readdir(directory, { recursive: true, withFileTypes: true })
    for (const file of files.filter((entry) => entry.isFile())) {
      const bytes = await readFile(join(file.parentPath, file.name))
      for (const secret of secrets) expect(bytes.includes(secret), file.name).toBe(false)
    }
  })
})

test('every change is written down, without a secret', async () => {
  const { keys, signer, command } = running()
  const first = (await signer()) ?? ''
  const { rootKey } = await keys.describe()
  const { kid } = await command.links.rotate(day)
  await command.links.revoke(first)
  const { publicKey } = await command.roots.rotate()
  const events = await store.db.selectFrom('events').select(['type', 'detail_json']).orderBy('id').execute()
  expect(events.map(({ type, detail_json }) => [type, JSON.parse(detail_json) as unknown])).toEqual([
    ['link-key-made', { kid: first }],
    ['root-key-made', { key: rootKey }],
    ['link-key-rotated', { kid, activeFrom: start + day }],
    ['link-key-revoked', { kid: first, signing: kid }],
    ['root-key-rotated', { from: rootKey, to: publicKey }],
  ])
})
