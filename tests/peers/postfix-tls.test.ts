/** A real Postfix with TLS at the other end, real DNSSEC in between: how verified delivery looks to those who run it. */
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createAuthority, tlsa, trustAuthority } from '../fixtures/certificates.ts'
import { type RoutesGround, routesGround } from '../integration/routes-parts.ts'
import { type Dns, startDns } from './dns.ts'
import { startPolicyServer } from './policy-server.ts'
import { type Postfix, startPostfix } from './postfix.ts'
import { missing, requirePrograms } from './require.ts'
import { temporaryDirectory } from './temporary.ts'

const needed = ['postfix', 'knotd', 'keymgr', 'unbound'] as const
const domains = ['dane.test', 'ta.test', 'sts.test', 'signed.test', 'plain.test']

let stack: AsyncDisposableStack
let parts: RoutesGround
let postfix: Postfix
let dns: Dns
let https: number
let authority: string

beforeEach((context) => {
  requirePrograms(context, ...needed)
  if (process.getuid?.() !== 0) context.skip('Postfix is started by root only')
})

beforeAll(async () => {
  if (missing(...needed) !== undefined || process.getuid?.() !== 0) return
  await using starting = new AsyncDisposableStack()
  const known = await createAuthority('Known')
  trustAuthority(known)
  authority = known.cert
  const pair = await known.issue(domains.map((domain) => `mx.${domain}`))
  const { path } = starting.use(await temporaryDirectory('tls'))
  const files = { cert: join(path, 'cert.pem'), key: join(path, 'key.pem') }
  await writeFile(files.cert, pair.cert)
  await writeFile(files.key, pair.key)
  await chmod(files.key, 0o600)
  postfix = starting.use(
    await startPostfix({
      settings: {
        relay_domains: domains.join(', '),
        relay_transport: 'discard:',
        smtpd_tls_security_level: 'may',
        smtpd_tls_cert_file: files.cert,
        smtpd_tls_key_file: files.key,
        smtpd_tls_loglevel: '1',
      },
    }),
  )
  const here = ['@ MX 10 mx', 'mx A 127.0.0.1']
  const place = `_${postfix.port}._tcp.mx`
  dns = starting.use(
    await startDns({
      signed: {
        'dane.test': [...here, `${place} TLSA ${tlsa(pair.cert, 3, 1, 1)}`],
        'ta.test': [...here, `${place} TLSA ${tlsa(known.cert, 2, 1, 1)}`],
        'signed.test': here,
      },
      plain: {
        'sts.test': [...here, '_mta-sts TXT "v=STSv1; id=1"', 'mta-sts A 127.0.0.1'],
        'plain.test': here,
      },
    }),
  )
  const policy = 'version: STSv1\nmode: enforce\nmx: mx.sts.test\nmax_age: 86400\n'
  const web = await known.issue(['mta-sts.sts.test'])
  https = starting.use(await startPolicyServer(web, () => ({ text: policy }))).port
  parts = starting.use(await routesGround())
  stack = starting.move()
})
afterAll(() => (missing(...needed) === undefined ? stack.disposeAsync() : undefined))

test.each([
  ['dane.test', 'verified (DANE)'],
  ['ta.test', 'verified (DANE)'],
  ['sts.test', 'verified (MTA-STS)'],
  ['signed.test', 'verified (DNSSEC)'],
])('mail that requires TLS reaches %s, %s', async (domain, how) => {
  using ways = parts.ways({
    routes: [{ domain: '*', via: 'mx' }],
    dnsServers: [dns.server],
    ports: { smtp: postfix.port, https },
  })
  const [outcome] = await ways.send({ to: [`bob@${domain}`], tls: 'require' })
  expect(outcome).toMatchObject({
    state: 'delivered',
    channel: `TLSv1.3, ${how}`,
    server: `mx.${domain}:${postfix.port}`,
    relayedDsn: true,
  })
  const id = /queued as (\w+)/.exec(outcome?.reply ?? '')?.[1] ?? 'none'
  await expect.poll(() => postfix.log()).toMatch(new RegExp(`${id}: to=<bob@${domain}>.*status=sent`))
  expect(await postfix.log()).toContain('TLS connection established')
})

test('mail that requires TLS does not go where nothing verifies the server, and other mail does', async () => {
  using ways = parts.ways({
    routes: [{ domain: '*', via: 'mx' }],
    dnsServers: [dns.server],
    ports: { smtp: postfix.port, https },
  })
  expect(await ways.send({ to: ['bob@plain.test'], tls: 'require' })).toMatchObject([{ state: 'insecure' }])
  expect(await ways.send({ to: ['bob@plain.test'] })).toMatchObject([
    { state: 'delivered', channel: 'TLSv1.3, not verified' },
  ])
})

test('as a smart host Postfix is verified by its certificate, and passes reports on', async () => {
  // The name in the certificate leads nowhere: the address does, and is not what the certificate is for.
  const smartHost = { host: '127.0.0.1', port: postfix.port, ca: authority }
  using unverified = parts.ways({ smartHost: { ...smartHost, tls: 'encrypt' } })
  const to = [{ address: 'bob@plain.test', notify: ['success' as const], orcpt: 'rfc822;bob@plain.test' }]
  expect(await unverified.send({ to, envelope: { envid: 'abc', ret: 'full' } })).toMatchObject([
    { state: 'delivered', channel: 'TLSv1.3, not verified', relayedDsn: true },
  ])
  using verified = parts.ways({ smartHost: { ...smartHost, tls: 'verify' } })
  expect(await verified.send({ to })).toMatchObject([{ state: 'deferred', status: '4.7.5' }])
})
