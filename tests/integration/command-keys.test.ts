import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { run } from '../../gateway/commands/index.ts'
import {
  type Description,
  readDescription,
  rootSuccession,
  verifyDescription,
} from '../../shared/link/index.ts'
import { type BrowserClient, browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'

const day = 24 * 60 * 60 * 1000
const Listed = z.object({
  root: z.array(z.object({ state: z.string(), publicKey: z.string(), fingerprint: z.string() })),
  link: z.array(z.object({ kid: z.string(), state: z.string(), activeFrom: z.number() })),
})

let gateway: TestGateway
let client: BrowserClient
let out: string
let err: string

beforeAll(async () => {
  gateway = await startTestGateway({ settings: { name: 'Example Hospital' } })
  client = browserClient(gateway.httpUrl, gateway.origin)
})
afterAll(() => gateway[Symbol.asyncDispose]())
beforeEach(() => {
  out = ''
  err = ''
})

/** Runs `postern keys` beside the running gateway. @returns what it wrote. */
async function keys(...argv: string[]): Promise<string> {
  out = ''
  const code = await run(['keys', ...argv, '--data', gateway.dataDir], {
    out: (text) => (out += text),
    err: (text) => (err += text),
  })
  return code === 0 ? out : `${code}: ${err}`
}

async function published(): Promise<Description> {
  const description = readDescription((await client.get('/.well-known/postern')).json)
  if (!description || !(await verifyDescription(description))) throw new Error('no good description')
  return description
}

const signer = async () => {
  const copy = { id: '0'.repeat(32), accountId: 'a', address: 'bob@else.test', expiresAt: null }
  return (await gateway.links.sign(copy)).split('.').at(-3)
}
const kidOf = (json: string) => z.object({ kid: z.string() }).parse(JSON.parse(json)).kid

test('the keys of a new gateway are listed, secrets left out', async () => {
  const { title, rootKey, keys: described } = await published()
  expect(title).toBe('Example Hospital')
  const listed = Listed.parse(JSON.parse(await keys('list', '--json')))
  expect(listed.root).toMatchObject([{ state: 'signing', publicKey: rootKey }])
  expect(listed.root[0]?.fingerprint).toMatch(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/)
  expect(listed.link).toMatchObject([{ kid: described[0]?.kid, state: 'signing' }])
  expect(out).not.toContain('wrapped')
  const text = await keys('list')
  expect(text).toContain(listed.root[0]?.fingerprint)
  expect(text).toMatch(/^[0-9a-f]{8} +signing +\d{4}-/m)
})

test('a new link key is published by the running gateway, and signs a day later', async () => {
  const before = await published()
  const made = await keys('rotate', 'link', '--json')
  const { activeFrom } = z.object({ activeFrom: z.number() }).parse(JSON.parse(made))
  expect(Math.abs(activeFrom - Date.now() - day)).toBeLessThan(60_000)
  const after = await published()
  expect(after.keys.map(({ kid }) => kid)).toEqual([before.keys[0]?.kid, kidOf(made)])
  expect(after.sequence).toBeGreaterThan(before.sequence)
  expect(await signer()).toBe(before.keys[0]?.kid)
  expect(await keys('list')).toMatch(new RegExp(`^${kidOf(made)} +waiting`, 'm'))
})

test('one taken at once signs at once', async () => {
  const kid = kidOf(await keys('rotate', 'link', '--at-once', '--json'))
  expect(await signer()).toBe(kid)
  expect((await published()).keys[0]?.kid).toBe(kid)
})

test('a revoked one is gone from what the gateway says, and can be revoked once', async () => {
  const kid = (await signer()) ?? ''
  expect(await keys('revoke', 'link', kid)).toContain(`${kid} is revoked`)
  expect((await published()).keys.map((key) => key.kid)).not.toContain(kid)
  expect(await signer()).not.toBe(kid)
  expect(await keys('revoke', 'link', kid)).toBe(`1: postern: The link key ${kid} was revoked already.\n`)
  err = ''
  expect(await keys('revoke', 'link', 'nosuch', '--json')).toContain('"key-unknown"')
})

test('a new root key is vouched for by the one before', async () => {
  const { rootKey } = await published()
  expect(await keys('rotate', 'root')).toMatch(/fingerprint is\n([0-9a-f]{4} ){15}[0-9a-f]{4}\n$/)
  const after = await published()
  expect(after.rootKey).not.toBe(rootKey)
  expect(await rootSuccession(after, rootKey)).toBe(true)
})
