import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BrowserClient, browserClient } from '../fixtures/browser-client.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { firstAdministratorOf } from '../fixtures/people.ts'

const chrome = `chrome-extension://${'abcdefghijklmnop'.repeat(2)}`
const firefox = 'moz-extension://0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0'
/** What a browser says of a fetch by an extension that has no permission for the host. */
const from = (origin: string) => ({ origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })

let gateway: TestGateway
let client: BrowserClient
beforeAll(async () => {
  gateway = await startTestGateway()
  client = browserClient(gateway.httpUrl, gateway.origin)
})
afterAll(() => gateway[Symbol.asyncDispose]())

const others = [
  'https://evil.example',
  'null',
  chrome.slice(0, -1),
  `${chrome}a`,
  `${chrome}/`,
  chrome.toUpperCase(),
  `https://evil.example/${chrome}`,
  `${chrome}.evil.example`,
  `chrome-extension://${'q'.repeat(32)}`,
  `moz-extension://${'0'.repeat(36)}`,
  firefox.toUpperCase(),
  `x${firefox}`,
  `safari-web-extension://0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0`,
  `chrome-extension://${'a'.repeat(32)} ${chrome}`,
]

describe.each([chrome, firefox])('an extension at %s', (origin) => {
  test('may read every answer, refusals and failures too', async () => {
    await using broken = await startTestGateway()
    const elsewhere = browserClient(broken.httpUrl, broken.origin)
    const { address, password } = firstAdministratorOf(broken)
    const signIn = await elsewhere.post(
      '/api/sign-in',
      { address, password },
      { ...from(origin), 'x-postern-session': 'bearer' },
    )
    const authorization = `Bearer ${signIn.headers.get('x-postern-session') ?? ''}`
    await broken.store.db.destroy()
    for (const [status, answer] of [
      [200, await client.get('/api/portal', from(origin))],
      [401, await client.get('/api/messages', from(origin))],
      [404, await client.get('/no/such/page', from(origin))],
      [404, await client.send('DELETE', '/api/session', { headers: from(origin) })],
      [400, await client.get('/api/links/%E0%A4%A', from(origin))],
      [
        415,
        await client.send('POST', '/api/forgot', {
          body: 'a',
          headers: { ...from(origin), 'content-type': 'text/plain' },
        }),
      ],
      [500, await elsewhere.get('/api/session', { ...from(origin), authorization })],
    ] as const) {
      expect(answer.status).toBe(status)
      expect(answer.headers.get('access-control-allow-origin'), String(status)).toBe(origin)
      expect(answer.headers.get('vary'), String(status)).toMatch(/\borigin\b/i)
      expect(answer.headers.get('access-control-expose-headers')).toBe(
        'x-postern-session, retry-after, content-disposition',
      )
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  test('is told before what it may send, whatever the path, and nothing is done', async () => {
    for (const path of ['/api/sign-in', '/api/drafts/0/files', '/no/such/page', '/.well-known/postern']) {
      const answer = await client.send('OPTIONS', path, {
        headers: {
          ...from(origin),
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      })
      expect(answer.status, path).toBe(204)
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST, PUT, DELETE',
        'access-control-allow-headers': 'content-type, authorization, x-postern-session',
        'access-control-max-age': '7200',
      })
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })
})

test('nobody else may read anything, whatever the route: only what the gateway says of itself', async () => {
  for (const { method, url } of gateway.routes) {
    const path = url.replaceAll(/:\w+|\*/g, '0')
    for (const origin of ['https://evil.example', 'null', chrome.slice(0, -1), undefined]) {
      const answer = await fetch(`${gateway.httpUrl}${path}`, {
        method,
        headers: { ...(origin !== undefined && from(origin)), 'content-type': 'application/json' },
        ...(method !== 'GET' && method !== 'HEAD' && { body: '{}' }),
      })
      await answer.arrayBuffer()
      const named = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))
      const isPublic = url === '/.well-known/postern'
      expect(named, `${method} ${path} for ${origin}`).toEqual(
        isPublic ? ['access-control-allow-origin'] : [],
      )
      if (isPublic) expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    }
  }
})

test.each(others)('%j is no extension: it may read and send nothing', async (origin) => {
  const preflight = await client.send('OPTIONS', '/api/sign-in', {
    headers: { ...from(origin), 'access-control-request-method': 'POST' },
  })
  const post = await client.post('/api/sign-in', { address: 'a@b.test', password: 'x' }, from(origin))
  expect([preflight.status, post.status]).toEqual([404, 403])
  for (const answer of [preflight, post, await client.get('/api/portal', from(origin))]) {
    const named = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))
    expect(named).toEqual([])
  }
})
