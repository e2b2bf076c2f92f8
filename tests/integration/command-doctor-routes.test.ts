/** `postern doctor` looks at every way that mail leaves by. */
import { createServer } from 'node:http'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { checkDns, checkRoutes } from '../../gateway/commands/doctor/routes.ts'
import type { Config, WrittenSettings } from '../../gateway/config/index.ts'
import { createAuthority } from '../fixtures/certificates.ts'
import { testConfig } from '../fixtures/gateway.ts'
import { startDns } from '../peers/dns.ts'
import { startFaultyDns } from '../peers/faulty-dns.ts'
import { startRemote } from '../peers/remote.ts'
import { requirePrograms } from '../peers/require.ts'

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'postern-doctor-'))
  await chmod(dataDir, 0o700)
})
afterAll(() => rm(dataDir, { recursive: true }))

const world = { txt: async () => Promise.resolve([]), addresses: async () => Promise.resolve([]) }

/** What is said of the ways out: `state check: detail`. */
async function look(settings: WrittenSettings, more: Partial<Config> = {}): Promise<string[]> {
  const config = { ...(await testConfig(dataDir, settings)), ...more }
  const findings = [...(await checkRoutes(config, world)), ...(await checkDns(config, world))]
  for (const { state, advice } of findings) expect(state === 'ok' || advice).toBeTruthy()
  return findings.map(({ state, check, detail }) => `${state} ${check}: ${detail}`)
}

test('every server of a route is tried, with the TLS that is asked of it', async () => {
  const authority = await createAuthority()
  const ca = join(dataDir, 'ca.pem')
  await writeFile(ca, authority.cert)
  await using main = await startRemote({ tls: await authority.issue(['localhost']) })
  await using stranger = await startRemote({
    tls: { ...(await authority.issue(['x.test'])), implicit: true },
  })
  const found = await look({
    smartHost: `localhost:${main.port}`,
    smartHostTls: 'verify',
    smartHostCa: ca,
    routes: `a.test smtps://127.0.0.1:${stranger.port}, b.test 127.0.0.1:9, c.test localhost:${main.port}`,
  })
  expect(found).toHaveLength(3)
  expect(found).toContain(
    `ok smart host: localhost:${main.port} answers, with TLS (TLSv1.3, verified (certificate)).`,
  )
  const strange = `127.0.0.1:${stranger.port}`
  expect(found).toContain(
    `problem route ${strange}: ${strange} can't be used: ${strange}: its certificate is not valid (its authority is not known).`,
  )
  expect(found.join('\n')).toMatch(
    /problem route 127\.0\.0\.1:9: 127\.0\.0\.1:9 can't be reached: .*ECONNREFUSED/,
  )
})

test('a token is fetched, and tried', async () => {
  let answer = { status: 200, body: '{"access_token":"right"}' }
  const tokens = createServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(answer.body)
  })
  tokens.listen(0, '127.0.0.1')
  await once(tokens, 'listening')
  try {
    const right = Buffer.from('user=me\u0001auth=Bearer right\u0001\u0001').toString('base64')
    await using remote = await startRemote({
      features: ['AUTH XOAUTH2'],
      answer: (command) =>
        command.startsWith('AUTH') ? (command.endsWith(right) ? '235 ok' : '535 5.7.8 no') : undefined,
    })
    const settings = {
      smartHost: `127.0.0.1:${remote.port}`,
      smartHostUser: 'me',
      smartHostPassword: 'the secret',
      smartHostClientId: 'client',
      smartHostTokenUrl: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/`,
    }
    expect(await look(settings)).toContain('ok smart host login: me may send.')
    answer = { status: 400, body: '{"error":"invalid_scope"}' }
    const [, denied] = await look(settings)
    expect(denied).toMatch(/^problem smart host login: .*no access token could be had for it: invalid_scope/)
    expect(denied).not.toContain('the secret')
  } finally {
    tokens.close()
  }
})

test('the sandbox needs none of it', async () => {
  expect(await look({})).toEqual(['ok smart host: There is none: mail ends in the outbox of this machine.'])
})

beforeEach((context) => requirePrograms(context, 'knotd', 'keymgr', 'unbound'))

test('DNS is asked whether it answers, and whether it checks DNSSEC', async () => {
  await using dns = await startDns({})
  await using plain = await startFaultyDns((_question, packet) => packet)
  await using failing = await startFaultyDns((_question, packet) => ({ ...packet, flags: 2 }))
  // The configuration names addresses alone: these have ports of their own.
  const via = (server: string, more: Partial<Config> = {}) =>
    look({ routes: '* mx' }, { dnsServers: [server], ...more })
  expect(await via(dns.server)).toEqual(['ok DNS: 127.0.0.1 answers and checks DNSSEC: DANE is used.'])
  expect(await via(plain.server)).toEqual([
    'warning DNS: 127.0.0.1 answers, but does not check DNSSEC: DANE is not used.',
  ])
  expect(await via(dns.server, { trustDnssec: false })).toEqual([
    'ok DNS: 127.0.0.1 answers. DANE is turned off.',
  ])
  expect(await via(failing.server)).toEqual(['problem DNS: It does not answer: 127.0.0.1 answers SERVFAIL.'])
})
