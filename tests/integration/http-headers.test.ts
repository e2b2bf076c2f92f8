import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BrowserClient, browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { firstAdministratorOf } from '../fixtures/people.ts'

let gateway: TestGateway
let client: BrowserClient
beforeAll(async () => {
  gateway = await startTestGateway()
  client = browserClient(gateway.httpUrl, gateway.origin)
})
afterAll(() => gateway[Symbol.asyncDispose]())

/** What must stand in any answer, whatever it says. */
function expectGuarded(headers: Headers, what: string) {
  const policy = headers.get('content-security-policy') ?? ''
  for (const directive of [
    "default-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'none'",
  ]) {
    expect(policy, what).toContain(directive)
  }
  expect(policy, what).not.toMatch(/script-src[^;]*unsafe/)
  expect(headers.get('x-content-type-options'), what).toBe('nosniff')
  expect(headers.get('referrer-policy'), what).toBe('no-referrer')
  expect(headers.get('cross-origin-opener-policy'), what).toBe('same-origin')
  expect(headers.get('cross-origin-resource-policy'), what).toBe('same-origin')
  expect(headers.get('permissions-policy'), what).toContain('camera=()')
  expect(headers.get('cache-control'), what).not.toBeNull()
  expect(headers.get('x-powered-by'), what).toBeNull()
  expect(headers.get('server'), what).toBeNull()
}

describe('the security headers stand', () => {
  test('on every route, whatever it answers', async () => {
    for (const { method, url } of gateway.routes) {
      const answer = await client.send(method, url.replaceAll(/:\w+|\*/g, '0'), {
        ...(method !== 'GET' &&
          method !== 'HEAD' && { body: '{}', headers: { 'content-type': 'application/json' } }),
      })
      expectGuarded(answer.headers, `${method} ${url} ${answer.status}`)
    }
  })

  test.each([
    ['nothing there', 'GET', '/no/such/page', {}, 404],
    ['a method that is not taken', 'DELETE', '/api/session', {}, 404],
    ['a path that can not be decoded', 'GET', '/api/links/%E0%A4%A', {}, 400],
    ['a wrong body', 'POST', '/api/sign-in', { 'content-type': 'application/json' }, 400],
    [
      'another site',
      'POST',
      '/api/sign-in',
      { 'content-type': 'application/json', origin: 'http://evil.example' },
      403,
    ],
    ['a form', 'POST', '/api/sign-in', { 'content-type': 'text/plain' }, 415],
  ])('on %s', async (_what, method, path, headers, status) => {
    const answer = await client.send(method, path, { headers, ...(method === 'POST' && { body: '{' }) })
    expect(answer.status).toBe(status)
    expectGuarded(answer.headers, path)
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(answer.json).toMatchObject({
      status,
      type: 'about:blank',
      code: expect.any(String) as string,
      detail: expect.any(String) as string,
    })
  })

  test('on a body that is too large', async () => {
    const answer = await client.post('/api/forgot', { address: 'a'.repeat(4_000_000) })
    expect(answer.status).toBe(413)
    expectGuarded(answer.headers, '413')
  })

  test('on what is not even HTTP', async () => {
    const text = await raw(gateway.httpUrl, 'GET / HTTP/1.1\r\nHost: a\r\nBad Header\r\n\r\n')
    const [head = '', body = ''] = text.split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 400 /)
    const lines = head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string])
    expectGuarded(new Headers(lines), '400')
    expect(JSON.parse(body)).toMatchObject({ code: 'request-malformed' })
  })
})

test('when the gateway itself fails, nothing of its inside is shown', async () => {
  await using broken = await startTestGateway()
  const browser = browserClient(broken.httpUrl, broken.origin)
  const { address, password } = firstAdministratorOf(broken)
  await browser.post('/api/sign-in', { address, password })
  await broken.store.db.destroy()
  const answer = await browser.get('/api/session')
  expect(answer.status).toBe(500)
  expect(answer.json).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    code: 'failed',
    detail: expect.stringContaining('Try again') as string,
  })
  expectGuarded(answer.headers, '500')
  expect(JSON.stringify(broken.logged)).toContain('request failed')
})

describe('over https', () => {
  let behindProxy: TestGateway
  beforeAll(async () => {
    behindProxy = await startTestGateway({ settings: { origin: 'https://secure.example.com' } })
  })
  afterAll(() => behindProxy[Symbol.asyncDispose]())

  test('browsers are told to keep to https, and the cookie is held to the host', async () => {
    const browser = browserClient(behindProxy.httpUrl, 'https://secure.example.com')
    const { address, password } = firstAdministratorOf(behindProxy)
    const answer = await browser.post('/api/sign-in', { address, password })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('strict-transport-security')).toMatch(/max-age=\d{8}; includeSubDomains/)
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-postern=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    )
  })

  test('a hostile Host header changes nothing', async () => {
    const hostile = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example',
    }
    const known = await raw(
      behindProxy.httpUrl,
      'GET /.well-known/postern HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n',
    )
    expect(known).toContain('"portal":"https://secure.example.com"')
    expect(known).not.toContain('evil')
    const browser = browserClient(behindProxy.httpUrl, 'https://secure.example.com')
    const portal = await browser.get('/api/portal', hostile)
    expect(portal.json).toMatchObject({ host: 'secure.example.com' })
  })
})

test('the log has one line a request, without query or token', async () => {
  const token = `postern1.abc.${'x'.repeat(67)}.${'y'.repeat(86)}`
  await client.get(`/api/links/${token}?secret=canary`)
  await client.get(`/m/${token}`)
  const lines = gateway.logged.filter(({ msg }) => msg === 'request')
  expect(lines).toContainEqual(
    expect.objectContaining({ method: 'GET', route: '/api/links/:token', status: 200 }),
  )
  expect(lines).toContainEqual(expect.objectContaining({ method: 'GET', route: '/m/*' }))
  expect(JSON.stringify(gateway.logged)).not.toMatch(/canary|x{67}/)
})

/** Writes bytes to the server as they are and reads until it hangs up. */
function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text))
    let received = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk))
    socket.on('end', () => resolve(received)).on('error', reject)
  })
}
