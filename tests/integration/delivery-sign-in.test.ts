/** How the gateway signs in at its smart host, and to whom it tells a secret. */
import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTokens } from '../../gateway/delivery/index.ts'
import { routesOf } from '../../gateway/delivery-config.ts'
import { testConfig } from '../fixtures/gateway.ts'
import { type Authority, createAuthority } from '../fixtures/certificates.ts'
import { startRemote } from '../peers/remote.ts'
import { type RoutesGround, routesGround } from './routes-parts.ts'

let parts: RoutesGround
let authority: Authority
let tls: { key: string; cert: string }
beforeAll(async () => {
  parts = await routesGround()
  authority = await createAuthority()
  tls = await authority.issue(['mail.example.test', 'localhost'])
})
afterAll(() => parts[Symbol.asyncDispose]())

const decoded = (text: string) => Buffer.from(text, 'base64').toString().replaceAll('\0', '|')

/** A server that wants to know who comes; `good` are the answers to AUTH it takes, decoded. */
async function startGuarded(mechanisms: string, good: readonly string[], more: object = {}) {
  const said: string[] = []
  let login: string[] | undefined
  const remote = await startRemote({
    tls,
    ...more,
    features: [`AUTH ${mechanisms}`],
    answer(command) {
      if (login) {
        login.push(decoded(command))
        if (login.length < 2) return '334 UGFzc3dvcmQ6'
        const both = login.join('|')
        login = undefined
        said.push(both)
        return good.includes(both) ? '235 2.7.0 welcome' : '535 5.7.8 wrong'
      }
      const [verb, mechanism, response] = command.split(' ')
      if (verb !== 'AUTH') return undefined
      if (mechanism === 'LOGIN') {
        login = []
        return '334 VXNlcm5hbWU6'
      }
      said.push(`${mechanism ?? ''} ${decoded(response ?? '')}`)
      if (good.includes(decoded(response ?? ''))) return '235 2.7.0 welcome'
      return mechanism === 'XOAUTH2' ? '334 eyJzdGF0dXMiOiI0MDEifQ==' : '535 5.7.8 wrong'
    },
  })
  return Object.assign(remote, { said })
}

const login = { user: 'me', password: 'päss' }
const named = (remote: { port: number }, more: object = {}) =>
  parts.ways({ smartHost: { host: 'localhost', port: remote.port, ca: authority.cert, ...more } })

describe('a password', () => {
  test.each([
    ['PLAIN', 'LOGIN PLAIN', '|me|päss', 'PLAIN |me|päss'],
    ['LOGIN where that is all there is', 'LOGIN', 'me|päss', 'me|päss'],
  ])('goes by %s', async (_what, mechanisms, good, said) => {
    await using remote = await startGuarded(mechanisms, [good])
    using ways = named(remote, login)
    expect(await ways.send({ to: ['bob@far.test'] })).toMatchObject([
      { state: 'delivered', channel: 'TLSv1.3, verified (certificate)' },
    ])
    expect(remote.said).toEqual([said])
  })

  test('that is wrong is said once, costs no mail, and stands in no reply', async () => {
    await using remote = await startGuarded('PLAIN', [])
    using ways = named(remote, login)
    const [outcome] = await ways.send({ to: ['bob@far.test'] })
    expect(outcome).toMatchObject({ state: 'deferred', status: '4.7.8' })
    expect(outcome?.reply).toBe(`localhost:${remote.port}: it refused the sign-in: 535 5.7.8 wrong.`)
    expect(remote.said).toHaveLength(1)
  })

  test('goes to nobody who does not prove who they are', async () => {
    const stranger = await (await createAuthority()).issue(['localhost'])
    const other = await authority.issue(['mail.elsewhere.test'])
    for (const pair of [stranger, other]) {
      await using remote = await startGuarded('PLAIN', ['|me|päss'], { tls: pair })
      using ways = named(remote, { ...login, tls: 'verify' })
      expect(await ways.send({ to: ['bob@far.test'] })).toMatchObject([
        { state: 'deferred', status: '4.7.5' },
      ])
      expect(remote.said).toEqual([])
    }
  })

  test('is not said in clear across a network, whatever the configuration says', async () => {
    // Leads here as well, and by its look elsewhere.
    const host = '0.0.0.0'
    await using remote = await startGuarded('PLAIN', ['|me|päss'], { tls: undefined, address: host })
    using ways = parts.ways({ smartHost: { host, port: remote.port, ...login, tls: 'may' } })
    const [outcome] = await ways.send({ to: ['bob@far.test'] })
    expect(outcome).toMatchObject({ state: 'deferred' })
    expect(outcome?.reply).toContain('a password is not sent in clear')
    expect(remote.said).toEqual([])
  })

  test('where no sign-in is offered the mail waits', async () => {
    await using remote = await startGuarded('GSSAPI', [])
    using ways = named(remote, login)
    const [outcome] = await ways.send({ to: ['bob@far.test'] })
    expect(outcome?.reply).toContain('it offers no sign-in with LOGIN, but GSSAPI')
  })
})

describe('TLS to a smart host', () => {
  test.each([
    ['may', undefined, 'in clear'],
    ['may', 'other', 'TLSv1.3, not verified'],
    ['encrypt', undefined, undefined],
    ['encrypt', 'other', 'TLSv1.3, not verified'],
    ['verify', 'other', undefined],
    ['verify', 'own', 'TLSv1.3, verified (certificate)'],
  ] as const)('%s, certificate: %s', async (demand, which, channel) => {
    const pair = which === 'other' ? await authority.issue(['mail.elsewhere.test']) : which && tls
    await using remote = await startRemote(pair ? { tls: pair } : {})
    using ways = named(remote, { tls: demand })
    expect(await ways.send({ to: ['bob@far.test'] })).toMatchObject([
      channel === undefined ? { state: 'deferred' } : { state: 'delivered', channel },
    ])
    expect(await ways.send({ to: ['bob@far.test'], tls: 'require' })).toMatchObject([
      { state: which === 'own' ? 'delivered' : 'insecure' },
    ])
    expect(remote.received).toHaveLength((channel === undefined ? 0 : 1) + (which === 'own' ? 1 : 0))
  })

  test('from the first byte is verified where nothing else is said', async () => {
    await using right = await startRemote({ tls: { ...tls, implicit: true } })
    using ways = named(right, { secure: true })
    expect(await ways.send({ to: ['bob@far.test'], tls: 'require' })).toMatchObject([{ state: 'delivered' }])
    const other = await authority.issue(['mail.elsewhere.test'])
    await using wrong = await startRemote({ tls: { ...other, implicit: true } })
    using others = named(wrong, { secure: true })
    expect(await others.send({ to: ['bob@far.test'] })).toMatchObject([{ state: 'deferred' }])
    using lax = named(wrong, { secure: true, tls: 'encrypt' })
    expect(await lax.send({ to: ['bob@far.test'] })).toMatchObject([{ state: 'delivered' }])
  })
})

describe('an access token', () => {
  let asked: URLSearchParams[] = []
  let answer: (form: URLSearchParams) => { status?: number; body: unknown; location?: string }
  const server = createServer((request, response) => {
    void formOf(request).then((form) => {
      asked.push(form)
      const { status = 200, body, location } = answer(form)
      response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  let url: string
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
  })
  afterAll(() => server.close())
  beforeEach(() => {
    asked = []
    answer = () => ({ body: { access_token: `token ${asked.length}`, expires_in: 3600 } })
  })
  const formOf = async (request: IncomingMessage) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    return new URLSearchParams(text)
  }
  const source = { clientId: 'client', clientSecret: 'the secret', scope: 'send' }
  const tokens = (more: object = {}) => createTokens({ url, ...source, ...more }, () => parts.clock.at)
  const bearer = (token: string) => `user=me\u0001auth=Bearer ${token}\u0001\u0001`

  test('is fetched once for many connections, and again shortly before its end', async () => {
    await using remote = await startGuarded('PLAIN XOAUTH2', [bearer('token 1'), bearer('token 2')])
    using ways = named(remote, { user: 'me', token: tokens() })
    await Promise.all(Array.from({ length: 5 }, () => ways.send({ to: ['bob@far.test'] })))
    expect(remote.received).toHaveLength(5)
    expect(asked.map((form) => Object.fromEntries(form))).toEqual([
      { grant_type: 'client_credentials', client_id: 'client', client_secret: 'the secret', scope: 'send' },
    ])
    const started = parts.clock.at
    parts.clock.at += 3_550_000
    using others = named(remote, { user: 'me', token: tokens() })
    await others.send({ to: ['bob@far.test'] })
    parts.clock.at = started
    expect(asked).toHaveLength(2)
  })

  test('that is refused is fetched anew, once', async () => {
    await using remote = await startGuarded('XOAUTH2', [bearer('token 2')])
    using ways = named(remote, { user: 'me', token: tokens() })
    expect(await ways.send({ to: ['bob@far.test'] })).toMatchObject([{ state: 'delivered' }])
    expect(asked).toHaveLength(2)
    await using never = await startGuarded('XOAUTH2', [])
    using others = named(never, { user: 'me', token: tokens() })
    const [outcome] = await others.send({ to: ['bob@far.test'] })
    expect(outcome).toMatchObject({ state: 'deferred', status: '4.7.8' })
    expect(outcome?.reply).toContain('{"status":"401"}')
    expect(outcome?.reply).not.toContain('token ')
    expect(asked).toHaveLength(4)
  })

  test('is had for a refresh token, and for the new one where it was changed', async () => {
    answer = () => ({ body: { access_token: 'a', expires_in: 1, refresh_token: 'second' } })
    const token = tokens({ refreshToken: 'first' })
    await token(false)
    await token(false)
    expect(asked.map((form) => [form.get('grant_type'), form.get('refresh_token')])).toEqual([
      ['refresh_token', 'first'],
      ['refresh_token', 'second'],
    ])
  })

  test.each([
    [
      'is denied',
      { status: 400, body: { error: 'invalid_client', error_description: 'No\nsuch client' } },
      /invalid_client No such client/,
    ],
    ['is not in the answer', { body: '<html>' }, /the answer \(200\) holds none/],
    ['would be fetched elsewhere', { status: 307, location: 'http://127.0.0.1:9/', body: '' }, /redirect/],
    ['drowns in its answer', { body: 'x'.repeat(100_000) }, /no end/],
  ])('that %s makes mail wait, and says why without the secret', async (_what, said, why) => {
    answer = () => said
    await using remote = await startGuarded('XOAUTH2', [])
    using ways = named(remote, { user: 'me', token: tokens({ refreshToken: 'refresh this' }) })
    const [outcome] = await ways.send({ to: ['bob@far.test'] })
    expect(outcome).toMatchObject({ state: 'deferred' })
    expect(outcome?.reply).toMatch(why)
    expect(outcome?.reply).not.toMatch(/the secret|refresh this/)
  })

  test('is asked for in clear on this machine alone', async () => {
    await expect(tokens({ url: 'http://login.example.test/token' })(false)).rejects.toThrow('not https')
    expect(asked).toEqual([])
  })

  test('is what the configuration says it is', async () => {
    const ca = join(parts.directory, 'ca.pem')
    await writeFile(ca, authority.cert)
    await using remote = await startGuarded('XOAUTH2', [bearer('token 1')])
    const config = await testConfig(parts.directory, {
      smartHost: `localhost:${remote.port}`,
      smartHostUser: 'me',
      smartHostPassword: 'the secret',
      smartHostTls: 'verify',
      smartHostCa: ca,
      smartHostTokenUrl: url,
      smartHostClientId: 'client',
      routes: `far.test localhost:${remote.port}`,
    })
    using ways = parts.ways(await routesOf(config, 'gateway.example.test', () => parts.clock.at))
    for (const to of ['bob@far.test', 'carl@near.test']) {
      expect(await ways.send({ to: [to] })).toMatchObject([
        { state: 'delivered', channel: 'TLSv1.3, verified (certificate)' },
      ])
    }
    await writeFile(ca, '')
    const wrong = { ...config, smartHostCa: '/no/such/file' }
    await expect(routesOf(wrong, 'x', () => 0)).rejects.toThrow(
      "The certificates in /no/such/file can't be read",
    )
  })
})
