import { createPublicKey, verify } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type BrowserClient, browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { decodeToken } from '../../shared/link/index.ts'

let gateway: TestGateway
let client: BrowserClient
beforeAll(async () => {
  gateway = await startTestGateway()
  client = browserClient(gateway.httpUrl, gateway.origin)
})
afterAll(() => gateway[Symbol.asyncDispose]())

test('openapi.json is valid JSON and describes every call of the API', async () => {
  const answer = await client.get('/openapi.json')
  expect(answer.status).toBe(200)
  const { openapi, paths } = z
    .object({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(answer.json)
  expect(openapi).toBe('3.1.0')
  const described = Object.entries(paths).flatMap(([path, calls]) =>
    Object.keys(calls).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const api = gateway.routes
    .filter(({ method, url }) => method !== 'HEAD' && url.startsWith('/api/'))
    .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
  expect(api.length).toBeGreaterThan(25)
  expect(described).toEqual(expect.arrayContaining(api))
})

test('the public keys check a link of this gateway', async () => {
  const answer = await client.get('/.well-known/postern')
  expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
  const known = z
    .strictObject({
      name: z.literal('postern'),
      version: z.literal(1),
      portal: z.literal(gateway.origin),
      keys: z.array(
        z.strictObject({ kid: z.string(), algorithm: z.literal('Ed25519'), publicKey: z.string() }),
      ),
      title: z.literal(new URL(gateway.origin).host),
      sequence: z.number(),
      issued: z.number(),
      validUntil: z.number(),
      rootKey: z.string(),
      succession: z.tuple([]),
      signature: z.string(),
    })
    .parse(answer.json)
  const link = await gateway.links.sign({
    id: '0'.repeat(32),
    accountId: 'x',
    address: 'bob@elsewhere.test',
    expiresAt: null,
  })
  expect(link.startsWith(`${gateway.origin}/m/postern1.`)).toBe(true)
  const token = decodeToken(link.slice(link.lastIndexOf('/') + 1))
  const key = known.keys.find(({ kid }) => kid === token?.kid)
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: key?.publicKey ?? '' },
    format: 'jwk',
  })
  expect(token && verify(null, token.signed, publicKey, token.signature)).toBe(true)
})

test('monitors are told how it is', async () => {
  expect((await client.get('/healthz')).json).toEqual({ status: 'ok' })
  expect((await client.get('/readyz')).json).toEqual({ status: 'ok', parts: { smtp: 'ok', store: 'ok' } })
  const metrics = (await client.get('/metrics')).body.toString()
  expect(metrics).toMatch(/^postern_http_requests_total\{method="GET",route="\/healthz",status="200"\} 1$/m)
  expect(metrics).toMatch(/^postern_queue_depth \d+$/m)
  expect(metrics).toMatch(/^process_resident_memory_bytes /m)
})

test('a gateway whose store takes no writes is not ready', async () => {
  await using broken = await startTestGateway()
  await broken.store[Symbol.asyncDispose]()
  const answer = await browserClient(broken.httpUrl, broken.origin).get('/readyz')
  expect(answer.status).toBe(503)
  expect(answer.json).toEqual({ status: 'not-ready', parts: { smtp: 'ok', store: 'not-ready' } })
})

test('the portal says what it is', async () => {
  const { json } = await client.get('/api/portal')
  expect(json).toEqual({ host: new URL(gateway.origin).host, sandbox: true, languages: ['en', 'de'] })
})

test('with a smart host there is no outbox and no sample', async () => {
  await using relaying = await startTestGateway({ settings: { smartHost: '127.0.0.1:9' } })
  const browser = browserClient(relaying.httpUrl, relaying.origin)
  for (const path of ['/outbox', '/outbox.json', `/outbox/${'0'.repeat(26)}.eml`]) {
    expect((await browser.get(path)).status, path).toBe(404)
  }
  expect((await browser.post('/api/try', {})).status).toBe(404)
  expect((await browser.get('/api/portal')).json).toMatchObject({ sandbox: false })
})
