import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeToken, neverExpires, shortHash, verifyToken } from '../../shared/link/index.ts'
import { createKeys } from '../../gateway/keys/index.ts'
import { createLinks } from '../../gateway/notices/index.ts'
import { type Store, openStore } from '../../gateway/store/index.ts'
import { createVault } from '../../gateway/vault/index.ts'

const origin = 'https://secure.example.com'
const start = Date.UTC(2026, 10, 21, 12)
const copy = {
  id: '0123456789abcdef0123456789abcdef',
  accountId: 'account-1',
  address: 'bob@else.test',
  expiresAt: start + 60_000,
}
const masterKey = randomBytes(32)
const tokenIn = (url: string) => url.slice(`${origin}/m/`.length)

let directory: string
let store: Store
let clock: number

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-links-'))
  store = await openStore(directory)
  clock = start
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const now = () => clock
const keysOf = (key = masterKey, of = store) =>
  createKeys({ store: of, vault: createVault(key), portal: origin, title: 'Example', now })
const linksOf = (key = masterKey, of = store) => createLinks({ keys: keysOf(key, of), origin, now })

describe('links', () => {
  test('lead to the portal and say which copy, whose and until when', async () => {
    const links = linksOf()
    const url = await links.sign(copy)
    expect(url).toMatch(/^https:\/\/secure\.example\.com\/m\/postern1\.[a-z0-9]{4,8}\.[\w-]+\.[\w-]+$/)
    expect(await links.check(tokenIn(url))).toEqual({
      state: 'genuine',
      payload: {
        purpose: 'message',
        accountHash: await shortHash('account-1', 8),
        handle: copy.id,
        recipientHash: await shortHash('bob@else.test', 16),
        issued: start / 1000,
        expires: copy.expiresAt / 1000,
      },
    })
  })

  test('say expired from their last second on, and never for a message without end', async () => {
    const links = linksOf()
    const ending = tokenIn(await links.sign(copy))
    const endless = tokenIn(await links.sign({ ...copy, expiresAt: null }))
    clock = copy.expiresAt - 1
    expect((await links.check(ending)).state).toBe('genuine')
    clock = copy.expiresAt
    expect((await links.check(ending)).state).toBe('expired')
    clock = start + 1e12
    const check = await links.check(endless)
    expect(check.state === 'genuine' && check.payload.expires).toBe(neverExpires)
  })

  test('are invalid when changed or expired by somebody else: a changed end tells nothing', async () => {
    const links = linksOf()
    const token = tokenIn(await links.sign(copy))
    const [marker, kid, payload = '', signature] = token.split('.')
    const later = Buffer.from(payload, 'base64url')
    later.writeUInt32BE(neverExpires, 46)
    const forged = [marker, kid, later.toString('base64url'), signature].join('.')
    const sooner = Buffer.from(payload, 'base64url')
    sooner.writeUInt32BE(1, 46)
    expect(await links.check(forged)).toEqual({ state: 'invalid' })
    expect(await links.check([marker, kid, sooner.toString('base64url'), signature].join('.'))).toEqual({
      state: 'invalid',
    })
    for (const text of [
      '',
      'postern1',
      token.slice(1),
      `${token}A`,
      `${token}?x`,
      '../../etc/passwd',
      "' or 1=1",
    ])
      expect(await links.check(text)).toEqual({ state: 'invalid' })
  })

  test('of another gateway are invalid, even under the same key id', async () => {
    const links = linksOf()
    const token = tokenIn(await links.sign(copy))
    const other = await mkdtemp(join(tmpdir(), 'postern-links-'))
    const otherStore = await openStore(other)
    try {
      const others = linksOf(masterKey, otherStore)
      await others.sign(copy)
      expect(await others.check(token)).toEqual({ state: 'invalid' })
      const kid = decodeToken(token)?.kid ?? ''
      await otherStore.write((trx) => trx.updateTable('link_keys').set({ kid }).execute())
      expect(await others.check(token)).toEqual({ state: 'invalid' })
    } finally {
      await otherStore[Symbol.asyncDispose]()
      await rm(other, { recursive: true, force: true })
    }
  })

  test('one key is made, however many ask for it first, and it survives a restart', async () => {
    const nodes = [linksOf(), linksOf(), linksOf()]
    const urls = await Promise.all(nodes.flatMap((links) => [links.sign(copy), links.sign(copy)]))
    expect(new Set(urls).size).toBe(1)
    expect(await store.db.selectFrom('link_keys').select('kid').execute()).toHaveLength(1)
    expect(await linksOf().sign(copy)).toBe(urls[0])
  })

  test('the private key is not in the database in clear, and opens under no other master key', async () => {
    await linksOf().sign(copy)
    const row = await store.db.selectFrom('link_keys').selectAll().executeTakeFirstOrThrow()
    const pkcs8 = createVault(masterKey).unwrapSecret(`link-key|${row.kid}`, row.wrapped_private_key)
    expect(Buffer.from(row.wrapped_private_key).includes(pkcs8.subarray(-32))).toBe(false)
    await expect(linksOf(randomBytes(32)).sign(copy)).rejects.toThrow('belongs to another key')
  })

  test('a retired key signs nothing new, and its links still open', async () => {
    const links = linksOf()
    const old = tokenIn(await links.sign(copy))
    await store.write((trx) => trx.updateTable('link_keys').set({ retired_at: clock }).execute())
    clock += 1000
    const restarted = linksOf()
    const young = tokenIn(await restarted.sign(copy))
    expect(decodeToken(young)?.kid).not.toBe(decodeToken(old)?.kid)
    expect((await restarted.check(old)).state).toBe('genuine')
    expect((await restarted.check(young)).state).toBe('genuine')
    expect((await keysOf().describe()).keys.map(({ kid }) => kid)).toEqual([
      decodeToken(young)?.kid,
      decodeToken(old)?.kid,
    ])
  })

  test('what is published verifies a link without the gateway', async () => {
    const links = linksOf()
    const [key] = (await keysOf().describe()).keys
    const token = decodeToken(tokenIn(await links.sign(copy)))
    if (!token || !key) throw new Error('no token or key')
    expect(token.kid).toBe(key.kid)
    expect(await verifyToken(token, Uint8Array.from(Buffer.from(key.publicKey, 'base64url')))).toBe(true)
  })

  test('a notification sent twice carries the same link', async () => {
    const links = linksOf()
    const first = await links.sign({ ...copy, receivedAt: start - 5000 })
    clock += 30_000
    expect(await links.sign({ ...copy, receivedAt: start - 5000 })).toBe(first)
  })
})
