import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrowserClient, browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'

const script = `console.log(${JSON.stringify('x'.repeat(5000))})`
let pages: string
let gateway: TestGateway
let client: BrowserClient

beforeAll(async () => {
  pages = await mkdtemp(join(tmpdir(), 'postern-pages-'))
  await mkdir(join(pages, 'assets'))
  for (const name of ['index', 'portal', 'outbox', 'unsupported']) {
    await writeFile(join(pages, `${name}.html`), `<!doctype html><title>${name}</title>`)
  }
  await writeFile(join(pages, 'support.js'), script)
  await writeFile(join(pages, 'assets', 'portal-abc123.js'), script)
  await writeFile(join(pages, 'assets', 'portal-abc123.js.br'), brotliCompressSync(script))
  await writeFile(join(pages, 'assets', 'portal-abc123.js.gz'), gzipSync(script))
  gateway = await startTestGateway({ pages })
  client = browserClient(gateway.httpUrl, gateway.origin)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await rm(pages, { recursive: true })
})

test.each([
  ['/', 'index'],
  ['/portal', 'portal'],
  ['/portal/sent/abc', 'portal'],
  ['/m/postern1.abc.def.ghi', 'portal'],
  ['/reset/token', 'portal'],
  ['/outbox', 'outbox'],
  ['/unsupported.html', 'unsupported'],
])('%s is the page %s, asked for again each time', async (path, title) => {
  const answer = await client.get(path)
  expect(answer.status).toBe(200)
  expect(answer.body.toString()).toContain(`<title>${title}</title>`)
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(answer.headers.get('cache-control')).toBe('no-cache')
  expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';")
})

test('no page allows a script or a style that stands in the page, nor anything from elsewhere', async () => {
  for (const path of [
    '/',
    '/portal',
    '/outbox',
    '/m/postern1.a.b.c',
    '/api/portal',
    '/assets/portal-abc123.js',
  ]) {
    const policy = (await client.get(path)).headers.get('content-security-policy') ?? ''
    expect(policy, path).toContain("default-src 'none'")
    expect(policy, path).not.toMatch(/unsafe|http|\*/)
  }
})

test('a script with a hash in its name is kept for good, and sent compressed', async () => {
  const answer = await client.get('/assets/portal-abc123.js', { 'accept-encoding': 'br' })
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(answer.headers.get('content-encoding')).toBe('br')
  expect(answer.headers.get('vary')).toContain('accept-encoding')
  expect(answer.headers.get('content-type')).toContain('javascript')
  // fetch has undone the encoding.
  expect(answer.body.toString()).toBe(script)
  const plain = await client.get('/assets/portal-abc123.js', { 'accept-encoding': 'identity' })
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(plain.body.toString()).toBe(script)
})

test.each([
  '/assets/none.js',
  '/assets/../portal.html',
  '/assets/..%2fportal.html',
  '/assets/%2e%2e/%2e%2e/package.json',
  '/assets/',
  '/index.html.map',
  '/.env',
  '/assets/.hidden',
])('%s is not there', async (path) => {
  const answer = await client.send('GET', path)
  expect([400, 403, 404]).toContain(answer.status)
  expect(answer.body.toString()).not.toContain('<title>')
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
})

test('before the pages are built, it is said how to', async () => {
  await using unbuilt = await startTestGateway({ pages: join(pages, 'none') })
  const answer = await browserClient(unbuilt.httpUrl, unbuilt.origin).get('/portal')
  expect(answer.status).toBe(503)
  expect(answer.body.toString()).toContain('npm run build')
})

test('with a smart host the first page is the portal', async () => {
  await using relaying = await startTestGateway({ pages, settings: { smartHost: '127.0.0.1:9' } })
  const answer = await browserClient(relaying.httpUrl, relaying.origin).get('/')
  expect(answer.body.toString()).toContain('<title>portal</title>')
})
