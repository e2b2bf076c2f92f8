import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BrowserClient, browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { firstAdministratorOf, goodPassword, signedIn } from '../fixtures/people.ts'

/** What anybody may ask for; everything else that the router knows takes a session. */
const forAnybody = new Set([
  'GET /',
  'GET /portal',
  'GET /portal/*',
  'GET /m/*',
  'GET /reset/*',
  'GET /outbox',
  'GET /assets/*',
  'GET /unsupported.html',
  'GET /favicon.svg',
  'GET /support.js',
  'GET /unsupported.css',
  'GET /robots.txt',
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /openapi.json',
  'GET /.well-known/postern',
  'GET /outbox.json',
  'GET /outbox/:file',
  'POST /api/try',
  'GET /api/portal',
  'GET /api/session',
  'GET /api/links/:token',
  'POST /api/sign-in',
  'POST /api/sign-in/methods',
  'POST /api/password/check',
  'POST /api/forgot',
  'POST /api/reset',
  'POST /api/reset/check',
  'POST /api/login-issues',
])

/** What a session that must change its password may ask for besides. */
const whileChanging = new Set(['POST /api/password', 'POST /api/sign-out'])

let gateway: TestGateway
let nobody: BrowserClient
let changing: BrowserClient

const routes = () =>
  gateway.routes
    .filter(({ method }) => method !== 'HEAD')
    .map(({ method, url }) => ({ method, name: `${method} ${url}`, path: url.replaceAll(/:\w+|\*/g, '0') }))

const call = (client: BrowserClient, { method, path }: { method: string; path: string }) =>
  method === 'GET'
    ? client.get(path)
    : client.send(method, path, { body: '{}', headers: { 'content-type': 'application/json' } })

beforeAll(async () => {
  gateway = await startTestGateway()
  nobody = browserClient(gateway.httpUrl, gateway.origin)
  changing = browserClient(gateway.httpUrl, gateway.origin)
  const { address, password } = firstAdministratorOf(gateway)
  const answer = await changing.post('/api/sign-in', { address, password })
  expect(answer.json).toMatchObject({ state: 'must-change' })
})
afterAll(() => gateway[Symbol.asyncDispose]())

describe('every route of the router', () => {
  test('is known here: the list above names no route that is gone', () => {
    const names = new Set(routes().map(({ name }) => name))
    expect([...forAnybody, ...whileChanging].filter((name) => !names.has(name))).toEqual([])
  })

  test('without a session is refused with 401, unless it is for anybody', async () => {
    const open: string[] = []
    for (const route of routes()) {
      if (forAnybody.has(route.name)) continue
      const answer = await call(nobody, route)
      if (answer.status !== 401) open.push(`${route.name}: ${answer.status}`)
      else expect(answer.json).toMatchObject({ code: 'signed-out', status: 401 })
    }
    expect(open).toEqual([])
  })

  test('with a temporary password is refused with 403 until it is changed', async () => {
    const open: string[] = []
    for (const route of routes()) {
      if (forAnybody.has(route.name) || whileChanging.has(route.name)) continue
      const answer = await call(changing, route)
      if (answer.status !== 403) open.push(`${route.name}: ${answer.status}`)
      else expect(answer.json).toMatchObject({ code: 'must-change-password' })
    }
    expect(open).toEqual([])
  })

  test('that takes a session answers HEAD like GET: never without one', async () => {
    for (const { method, url } of gateway.routes) {
      if (method !== 'HEAD' || forAnybody.has(`GET ${url}`)) continue
      const answer = await nobody.send('HEAD', url.replaceAll(/:\w+|\*/g, '0'))
      expect(answer.status, url).toBe(401)
    }
  })

  test('that changes something is refused to other sites', async () => {
    const headers: Record<string, string>[] = [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'none' },
      { origin: 'null', 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'same-site' },
      { origin: `${gateway.origin}0` },
      { origin: gateway.origin.replace('http:', 'https:') },
    ]
    for (const { method, path, name } of routes()) {
      if (method === 'GET') continue
      for (const header of headers) {
        const answer = await changing.send(method, path, {
          body: '{}',
          headers: { 'content-type': 'application/json', ...header },
        })
        expect(answer.status, `${name} ${JSON.stringify(header)}`).toBe(403)
        expect(answer.json).toMatchObject({ code: 'cross-site' })
      }
    }
  })

  test('that changes something takes no content type that a form can send', async () => {
    for (const { method, path, name } of routes()) {
      if (method === 'GET') continue
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
      ]) {
        const answer = await changing.send(method, path, { body: '{}', headers: { 'content-type': type } })
        expect(answer.status, `${name} ${type}`).toBe(415)
      }
    }
  })
})

test('localhost, 127.0.0.1 and the configured origin are one gateway', async () => {
  const port = new URL(gateway.httpUrl).port
  for (const origin of [gateway.origin, `http://127.0.0.1:${port}`, `http://[::1]:${port}`]) {
    const answer = await nobody.post('/api/sign-in/methods', { address: 'a@example.test' }, { origin })
    expect(answer.status, origin).toBe(200)
  }
})

test('a program without a browser needs no Origin', async () => {
  const answer = await fetch(`${gateway.httpUrl}/api/sign-in/methods`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ address: 'a@example.test' }),
  })
  expect(await answer.json()).toEqual({ methods: ['cloud'] })
})

test('a bearer token signs in as the cookie does', async () => {
  const [token = ''] = changing.cookies.values()
  const answer = await nobody.get('/api/session', { authorization: `Bearer ${token}` })
  expect(answer.json).toMatchObject({ state: 'must-change' })
})

test.each([
  ['is believed of a proxy that is trusted', ['127.0.0.1'], '203.0.113.9'],
  ['is not believed of anybody else', [], '127.0.0.1'],
])('where a request came from %s', async (_how, trustProxy, ip) => {
  await using proxied = await startTestGateway({ settings: { trustProxy } })
  const answer = await browserClient(proxied.httpUrl, proxied.origin).post(
    '/api/sign-in',
    { address: 'nobody@elsewhere.test', password: 'wrong' },
    { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' },
  )
  const { supportCode = '' } = answer.json as { supportCode?: string }
  expect(await proxied.signin.findAttempt(supportCode)).toMatchObject([{ ip }])
})

test('signing in again in one browser ends the session before', async () => {
  const person = await gateway.people.personByAddress('admin@example.test')
  await gateway.signin.resetPerson(person?.id ?? '')
  const admin = await signedIn(gateway, 'admin@example.test')
  const [before = ''] = admin.cookies.values()
  await admin.post('/api/sign-in', { address: 'admin@example.test', password: goodPassword })
  expect(admin.cookies.get('postern')).not.toBe(before)
  const old = await nobody.get('/api/session', { authorization: `Bearer ${before}` })
  expect(old.json).toEqual({ state: 'signed-out' })
  expect((await admin.get('/api/session')).json).toMatchObject({ state: 'signed-in' })
  expect((await admin.post('/api/sign-out', { everywhere: true })).status).toBe(204)
  expect(admin.cookies.size).toBe(0)
})
