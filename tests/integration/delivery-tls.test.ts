/** Who may read mail on its way: TLS as it comes, DANE (RFC 7672), MTA-STS (RFC 8461), and mail that requires it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RoutesConfig } from '../../gateway/delivery/ways/routes.ts'
import {
  type Authority,
  type KeyPair,
  createAuthority,
  tlsa,
  trustAuthority,
} from '../fixtures/certificates.ts'
import { type Dns, startDns } from '../peers/dns.ts'
import { startFaultyDns } from '../peers/faulty-dns.ts'
import { startPolicyServer } from '../peers/policy-server.ts'
import { freePort } from '../peers/postfix.ts'
import { type Remote, startRemote } from '../peers/remote.ts'
import { missing, requirePrograms } from '../peers/require.ts'
import { type RoutesGround, letter, routesGround } from './routes-parts.ts'

let parts: RoutesGround
let dns: Dns | undefined
let port: number
/** One is trusted by this process, the other by nobody. */
let known: Authority
let unknown: Authority
let good: KeyPair
let expired: KeyPair
let stranger: KeyPair
let hosts: KeyPair
let authorityIssued: KeyPair

const at = '127.0.0.11'
const plainMx = ['@ MX 10 mx', `mx A ${at}`]

beforeAll(async () => {
  parts = await routesGround()
  port = await freePort()
  known = await createAuthority('Known')
  unknown = await createAuthority('Unknown')
  trustAuthority(known)
  const names = ['dane', 'plain', 'sts', 'signed'].map((name) => `mx.${name}.test`)
  good = await known.issue(names)
  expired = await unknown.issue(['elsewhere.test'], -1)
  stranger = await known.issue(['mx.elsewhere.test'])
  hosts = await known.issue(['mta-sts.sts.test'])
  authorityIssued = await unknown.issue(['mx.ta.test'])
  if (missing('knotd', 'keymgr', 'unbound')) return
  const at25 = `_${port}._tcp`
  const bogus = `3 1 1 ${'00'.repeat(32)}`
  dns = await startDns({
    signed: {
      'dane.test': [...plainMx, `${at25}.mx TLSA ${tlsa(good.cert, 3, 1, 1)}`],
      'full.test': [...plainMx, `${at25}.mx TLSA ${tlsa(good.cert, 3, 0, 0)}`],
      'sha512.test': [
        ...plainMx,
        // The weaker digest is another's: it is not asked.
        `${at25}.mx TLSA ${bogus}`,
        `${at25}.mx TLSA ${tlsa(good.cert, 3, 1, 2)}`,
      ],
      'expired.test': [...plainMx, `${at25}.mx TLSA ${tlsa(expired.cert, 3, 1, 1)}`],
      'ta.test': [...plainMx, `${at25}.mx TLSA ${tlsa(unknown.cert, 2, 0, 1)}`],
      'ta-key.test': [...plainMx, `${at25}.mx TLSA ${tlsa(unknown.cert, 2, 1, 0)}`],
      'mismatch.test': [...plainMx, `${at25}.mx TLSA ${bogus}`],
      'unusable.test': [
        ...plainMx,
        `${at25}.mx TLSA ${tlsa(good.cert, 1, 1, 1)}`,
        `${at25}.mx TLSA 3 1 1 00`,
      ],
      'alias.test': ['@ MX 10 mail', 'mail CNAME mx.dane.test.'],
      'signed.test': plainMx,
      // The mail server's own name proves nothing: it is in a zone without signatures.
      'half.test': ['@ MX 10 mx.plain.test.'],
      'both.test': [
        ...plainMx,
        `${at25}.mx TLSA ${bogus}`,
        '_mta-sts TXT "v=STSv1; id=1;"',
        'mta-sts A 127.0.0.1',
      ],
    },
    plain: {
      'plain.test': [...plainMx, `${at25}.mx TLSA ${bogus}`],
      'sts.test': [...plainMx, '_mta-sts TXT "v=STSv1; id=20260101;"', 'mta-sts A 127.0.0.1'],
    },
  })
})
afterAll(async () => {
  await parts[Symbol.asyncDispose]()
  await dns?.[Symbol.asyncDispose]()
})
beforeEach((context) => requirePrograms(context, 'knotd', 'keymgr', 'unbound'))

const ways = (more: Partial<RoutesConfig> = {}, https = 1) =>
  parts.ways({
    routes: [{ domain: '*', via: 'mx' }],
    dnsServers: [dns?.server ?? ''],
    ports: { smtp: port, https },
    ...more,
  })

const remote = (tls?: KeyPair, more: Parameters<typeof startRemote>[0] = {}) =>
  startRemote({ address: at, port, ...(tls && { tls }), ...more })

/** One message, required to be safe or not, to a server with this certificate. */
async function fare(domain: string, tls: KeyPair | undefined, required = false, https = 1) {
  await using server = await remote(tls)
  using out = ways({}, https)
  const [outcome] = await out.send({ to: [`bob@${domain}`], tls: required ? 'require' : 'may' })
  return { ...outcome, received: server.received.map(({ secure }) => secure) }
}

describe('where nothing is demanded', () => {
  test('TLS is used where it is offered, whatever the certificate', async () => {
    for (const pair of [good, stranger, expired]) {
      expect(await fare('plain.test', pair)).toMatchObject({
        state: 'delivered',
        channel: 'TLSv1.3, not verified',
        received: [true],
      })
    }
    expect(await fare('plain.test', undefined)).toMatchObject({ state: 'delivered', channel: 'in clear' })
  })

  test.each([
    ['refuses STARTTLS', '454 4.7.0 TLS not available'],
    ['takes STARTTLS and knows no TLS', '220 go on'],
  ])('a server that %s gets the mail in clear', async (_what, said) => {
    await using server = await remote(undefined, {
      features: ['STARTTLS', '8BITMIME'],
      answer: (command) => (command === 'STARTTLS' ? said : undefined),
    })
    using out = ways()
    expect(await out.send({ to: ['bob@plain.test'] })).toMatchObject([
      { state: 'delivered', channel: 'in clear' },
    ])
    expect(server.received).toHaveLength(1)
  })

  test('what somebody slips in before TLS begins is not read as though it came after', async () => {
    await using server = await remote(good, {
      answer: (command) =>
        command === 'STARTTLS' ? '220 go on\r\n250-remote.test\r\n250 AUTH PLAIN' : undefined,
    })
    using out = ways()
    const [outcome] = await out.send({ to: ['bob@dane.test'] })
    expect(outcome).toMatchObject({ state: 'deferred', status: '4.7.0' })
    expect(server.received).toEqual([])
  })
})

describe('DANE', () => {
  test.each([
    ['the key', 'dane.test', () => good],
    ['the whole certificate', 'full.test', () => good],
    ['the stronger of two digests', 'sha512.test', () => good],
    ['a certificate that has expired and is for another name', 'expired.test', () => expired],
    ['the authority behind it', 'ta.test', () => authorityIssued],
    ['an alias of the server', 'alias.test', () => good],
  ])('%s in DNS verifies the server', async (_what, domain, pair) => {
    expect(await fare(domain, pair(), true)).toMatchObject({
      state: 'delivered',
      channel: 'TLSv1.3, verified (DANE)',
      received: [true],
    })
  })

  test('the key of an authority verifies for its own names and for the domain alone', async () => {
    const right = await unknown.issue(['ta-key.test'])
    expect(await fare('ta-key.test', right, true)).toMatchObject({ state: 'delivered' })
    expect(await fare('ta-key.test', await unknown.issue(['other.test']), true)).toMatchObject({
      state: 'insecure',
    })
    expect(await fare('ta.test', await unknown.issue(['mx.ta.test'], -1))).toMatchObject({
      state: 'deferred',
    })
    expect(await fare('ta.test', await known.issue(['mx.ta.test']))).toMatchObject({ state: 'deferred' })
  })

  test('a certificate that does not match stops mail, also where nothing requires it', async () => {
    expect(await fare('mismatch.test', good)).toEqual({
      address: 'bob@mismatch.test',
      state: 'deferred',
      status: '4.7.5',
      reply: `mx.mismatch.test:${port}: its certificate does not match its TLSA records (DANE).`,
      server: `mx.mismatch.test:${port}`,
      channel: 'TLSv1.3, not verified',
      received: [],
    })
    expect(await fare('mismatch.test', good, true)).toMatchObject({ state: 'insecure', status: '5.7.10' })
  })

  test('a server that no longer offers TLS gets nothing', async () => {
    expect(await fare('dane.test', undefined)).toMatchObject({
      state: 'deferred',
      channel: 'in clear',
      reply: `mx.dane.test:${port}: it offers no TLS.`,
      received: [],
    })
  })

  test('records that no one can match ask for TLS with any certificate', async () => {
    expect(await fare('unusable.test', stranger)).toMatchObject({ state: 'delivered', received: [true] })
    expect(await fare('unusable.test', undefined)).toMatchObject({ state: 'deferred', received: [] })
  })

  test('records without signatures, or for a server that no signature names, are not looked at', async () => {
    expect(await fare('plain.test', good)).toMatchObject({ state: 'delivered' })
    expect(await fare('half.test', good)).toMatchObject({ state: 'delivered' })
    await using server = await remote(good)
    using untrusting = ways({ trustDnssec: false })
    expect(await untrusting.send({ to: ['bob@mismatch.test'] })).toMatchObject([
      { state: 'delivered', channel: 'TLSv1.3, not verified' },
    ])
    expect(server.received).toHaveLength(1)
  })

  test('where it can not be found out whether there are records the server is left alone', async () => {
    await using partly = await startFaultyDns((question, packet) => {
      const flags = 32 // AD
      const one = { name: question.name, ttl: 1, class: 'IN' as const }
      if (question.type === 'MX')
        return { ...packet, flags, answers: [{ ...one, type: 'MX', data: { exchange: 'mx.test' } }] }
      if (question.type === 'A') return { ...packet, flags, answers: [{ ...one, type: 'A', data: at }] }
      return { ...packet, flags: question.type === 'TLSA' ? 2 : flags }
    })
    await using server = await remote(good)
    using out = ways({ dnsServers: [partly.server] })
    expect(await out.send({ to: ['bob@far.test'], tls: 'require' })).toMatchObject([
      { state: 'deferred', status: '4.7.5', reply: expect.stringContaining('TLSA') as string },
    ])
    expect(server.connections).toBe(0)
  })

  test('a mail server that DNSSEC names, with a certificate that is valid for it, is verified', async () => {
    expect(await fare('signed.test', good, true)).toMatchObject({
      state: 'delivered',
      channel: 'TLSv1.3, verified (DNSSEC)',
    })
    expect(await fare('signed.test', stranger, true)).toMatchObject({ state: 'insecure', received: [] })
  })
})

describe('MTA-STS', () => {
  const policy = (mode: string, mx = 'mx.sts.test', age = 86_400) =>
    `version: STSv1\r\nmode: ${mode}\r\nmx: ${mx}\r\nmax_age: ${age}\r\n`
  /** One message while the policy is this. */
  async function under(text: string, tls: KeyPair | undefined, required = false) {
    await parts.store.write((trx) => trx.deleteFrom('mta_sts_policies').execute())
    await using server = await startPolicyServer(hosts, () => ({ text }))
    const outcome = await fare('sts.test', tls, required, server.port)
    expect(server.asked).toEqual(['mta-sts.sts.test/.well-known/mta-sts.txt'])
    return outcome
  }

  test('enforced, it verifies a server with a valid certificate and stops mail to every other', async () => {
    for (const mx of ['mx.sts.test', '*.sts.test']) {
      expect(await under(policy('enforce', mx), good, true)).toMatchObject({
        state: 'delivered',
        channel: 'TLSv1.3, verified (MTA-STS)',
      })
    }
    expect(await under(policy('enforce'), stranger)).toMatchObject({
      state: 'deferred',
      status: '4.7.5',
      reply: expect.stringMatching(
        /certificate is not valid .* MTA-STS policy of sts\.test asks for/,
      ) as string,
      received: [],
    })
    expect(await under(policy('enforce'), stranger, true)).toMatchObject({ state: 'insecure' })
    expect(await under(policy('enforce'), undefined)).toMatchObject({ state: 'deferred', received: [] })
    for (const mx of ['mail.sts.test', '*.mx.sts.test', '*.test']) {
      expect(await under(policy('enforce', mx), good)).toMatchObject({
        state: 'deferred',
        reply: expect.stringContaining('none of the mail servers') as string,
        received: [],
      })
    }
  })

  test('in testing it stops nothing, and verifies nothing', async () => {
    parts.logged.length = 0
    expect(await under(policy('testing'), stranger)).toMatchObject({ state: 'delivered' })
    expect(parts.logged.join()).toContain('is in testing')
    expect(await under(policy('testing', 'other.test'), good)).toMatchObject({ state: 'delivered' })
    expect(await under(policy('testing'), good, true)).toMatchObject({ state: 'insecure' })
    expect(await under(policy('none'), undefined)).toMatchObject({ state: 'delivered' })
  })

  test.each([
    ['is no policy', { text: 'version: STSv1\nmode: enforce\n' }],
    ['is too long', { text: policy('enforce') + '#'.repeat(70_000) }],
    ['leads elsewhere', { status: 302, location: 'https://mta-sts.sts.test/', text: '' }],
    ['is a web page', { type: 'text/html', text: policy('enforce') }],
    ['is not there', { status: 404, text: '' }],
  ])('a policy that %s is none', async (_what, answer) => {
    await parts.store.write((trx) => trx.deleteFrom('mta_sts_policies').execute())
    await using server = await startPolicyServer(hosts, () => answer)
    expect(await fare('sts.test', stranger, false, server.port)).toMatchObject({ state: 'delivered' })
    expect(await fare('sts.test', good, true, server.port)).toMatchObject({ state: 'insecure' })
  })

  test('a policy under another’s certificate is none', async () => {
    await parts.store.write((trx) => trx.deleteFrom('mta_sts_policies').execute())
    for (const pair of [stranger, await unknown.issue(['mta-sts.sts.test'])]) {
      await using server = await startPolicyServer(pair, () => ({ text: policy('enforce') }))
      expect(await fare('sts.test', stranger, false, server.port)).toMatchObject({ state: 'delivered' })
      expect(server.asked).toEqual([])
    }
  })

  test('while it can not be fetched other mail goes, and mail that requires it waits', async () => {
    await parts.store.write((trx) => trx.deleteFrom('mta_sts_policies').execute())
    const nobody = await freePort()
    expect(await fare('sts.test', good, false, nobody)).toMatchObject({ state: 'delivered' })
    expect(await fare('sts.test', good, true, nobody)).toMatchObject({
      state: 'deferred',
      status: '4.7.5',
      reply: expect.stringContaining("policy of sts.test can't be fetched") as string,
    })
  })

  test('what was promised holds until its time is over, however DNS and web server fare meanwhile', async () => {
    await parts.store.write((trx) => trx.deleteFrom('mta_sts_policies').execute())
    {
      await using server = await startPolicyServer(hosts, () => ({ text: policy('enforce') }))
      expect(await fare('sts.test', good, true, server.port)).toMatchObject({ state: 'delivered' })
      // Kept beyond the process: every `fare` is a new one to it.
      expect(await fare('sts.test', good, true, server.port)).toMatchObject({ state: 'delivered' })
      expect(server.asked).toHaveLength(1)
    }
    const nobody = await freePort()
    expect(await fare('sts.test', stranger, false, nobody)).toMatchObject({ state: 'deferred', received: [] })
    await parts.store.write((trx) =>
      trx.updateTable('mta_sts_policies').set({ policy_id: 'older' }).execute(),
    )
    expect(await fare('sts.test', stranger, false, nobody)).toMatchObject({ state: 'deferred', received: [] })
    parts.clock.at += 86_400_001
    try {
      expect(await fare('sts.test', stranger, false, nobody)).toMatchObject({ state: 'delivered' })
    } finally {
      parts.clock.at -= 86_400_001
    }
  })

  test('a new id brings the new policy', async () => {
    expect(await under(policy('enforce'), stranger)).toMatchObject({ state: 'deferred' })
    await parts.store.write((trx) =>
      trx.updateTable('mta_sts_policies').set({ policy_id: 'older' }).execute(),
    )
    await using server = await startPolicyServer(hosts, () => ({ text: policy('none') }))
    expect(await fare('sts.test', stranger, false, server.port)).toMatchObject({ state: 'delivered' })
    expect(server.asked).toHaveLength(1)
  })

  test('does not make good what DANE forbids', async () => {
    const pair = await known.issue(['mta-sts.both.test', 'mx.both.test'])
    await using server = await startPolicyServer(pair, () => ({ text: policy('enforce', 'mx.both.test') }))
    expect(await fare('both.test', pair, false, server.port)).toMatchObject({
      state: 'deferred',
      reply: expect.stringContaining('DANE') as string,
    })
    expect(await fare('both.test', pair, true, server.port)).toMatchObject({ state: 'insecure' })
  })
})

describe('mail that requires TLS', () => {
  test.each([
    ['offers none', undefined, /it offers no TLS/],
    [
      'has a certificate for another name',
      () => stranger,
      /certificate is not valid \(it is for other names\)/,
    ],
    ['has a certificate of an unknown authority', () => authorityIssued, /its authority is not known/],
    ['has a certificate that has expired', () => expired, /it has expired/],
    ['nothing proves to be the right one', () => good, /nothing proves .* plain\.test/],
  ])('is held back from a server that %s', async (_what, pair, reply) => {
    expect(await fare('plain.test', pair?.(), true)).toMatchObject({
      state: 'insecure',
      status: '5.7.10',
      reply: expect.stringMatching(reply) as string,
      received: [],
    })
  })

  test('waits for a server that can not be reached', async () => {
    using out = ways()
    expect(await out.send({ to: ['bob@plain.test'], tls: 'require' })).toMatchObject([
      { state: 'deferred', status: '4.4.1' },
    ])
  })

  test('takes no connection that was made for other mail', async () => {
    const answers = ['454 4.7.0 not now']
    await using server = await remote(good, {
      answer: (command) => (command === 'STARTTLS' ? answers.shift() : undefined),
    })
    using out = ways()
    expect(await out.send({ to: ['a@signed.test'] })).toMatchObject([{ channel: 'in clear' }])
    expect(await out.send({ to: ['b@signed.test'], tls: 'require' })).toMatchObject([
      { state: 'delivered', channel: 'TLSv1.3, verified (DNSSEC)' },
    ])
    // One on which TLS failed, one in clear, one with TLS.
    expect(server.connections).toBe(3)
  })

  test('with REQUIRETLS goes to a server that passes it on, and to no other', async () => {
    for (const [features, expected] of [
      [['REQUIRETLS'], { state: 'delivered' }],
      [
        [],
        { state: 'insecure', status: '5.7.30', reply: `mx.dane.test:${port}: it does not offer REQUIRETLS.` },
      ],
    ] as const) {
      await using server = await remote(good, { features: [...features] })
      using out = ways()
      const mail = { to: ['bob@dane.test'], tls: 'require' as const, envelope: { requireTls: true } }
      expect(await out.send(mail)).toMatchObject([expected])
      expect(server.received.map((one) => one.parameters)).toEqual(features.length > 0 ? ['REQUIRETLS'] : [])
    }
  })
})

describe('TLS-Required: No', () => {
  const text = `TLS-Required: No\r\n${letter}`

  test('lets mail arrive that a policy of the destination would stop', async () => {
    for (const pair of [good, undefined]) {
      await using server = await remote(pair)
      using out = ways()
      expect(await out.send({ to: ['bob@mismatch.test'], text })).toMatchObject([{ state: 'delivered' }])
      expect(server.received).toHaveLength(1)
    }
  })

  test('says nothing against what requires TLS', async () => {
    await using server: Remote = await remote(good)
    using out = ways()
    expect(await out.send({ to: ['bob@mismatch.test'], text, tls: 'require' })).toMatchObject([
      { state: 'insecure' },
    ])
    const smartHost = { host: at, port, tls: 'verify' as const }
    using named = parts.ways({ smartHost })
    expect(await named.send({ to: ['bob@mismatch.test'], text })).toMatchObject([{ state: 'deferred' }])
    expect(server.received).toEqual([])
  })
})
