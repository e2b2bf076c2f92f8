/** DNS as delivery asks it, of a real resolver that checks signatures, and of servers that misbehave. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createResolver, toDnsServer } from '../../gateway/delivery/ways/dns/index.ts'
import { type Dns, startDns } from '../peers/dns.ts'
import { startFaultyDns } from '../peers/faulty-dns.ts'
import { missing, requirePrograms } from '../peers/require.ts'

let dns: Dns | undefined
beforeAll(async () => {
  if (missing('knotd', 'keymgr', 'unbound')) return
  const long = Array.from({ length: 30 }, () => `"${'x'.repeat(200)}"`).join(' ')
  dns = await startDns({
    signed: {
      'signed.test': [
        '@ MX 10 mx1',
        'mx1 A 127.0.0.11',
        'alias CNAME mx1',
        'loop CNAME loop',
        `long TXT ${long}`,
      ],
    },
    forged: { 'forged.test': ['@ MX 10 mx'] },
    plain: { 'plain.test': ['@ MX 0 .'] },
  })
})
afterAll(() => dns?.[Symbol.asyncDispose]())

const waits = [300]
const resolverOf = (...servers: string[]) =>
  createResolver({ servers: servers.map(toDnsServer), now: Date.now, waits })

const found = (question: { name: string }, data: string) => ({
  type: 'A' as const,
  name: question.name,
  ttl: 60,
  class: 'IN' as const,
  data,
})

test('what is signed is known to be so, and what is not is not', async (context) => {
  requirePrograms(context, 'knotd', 'keymgr', 'unbound')
  const resolver = resolverOf(dns?.server ?? '')
  expect(resolver.trusted).toBe(true)
  expect(await resolver.ask('Signed.TEST', 'MX')).toEqual({
    state: 'found',
    records: [{ exchange: 'mx1.signed.test', preference: 10 }],
    canonical: 'signed.test',
    secure: true,
  })
  expect(await resolver.ask('alias.signed.test', 'A')).toMatchObject({
    records: ['127.0.0.11'],
    canonical: 'mx1.signed.test',
    secure: true,
  })
  expect(await resolver.ask('mx1.signed.test', 'AAAA')).toMatchObject({ state: 'empty', secure: true })
  expect(await resolver.ask('none.signed.test', 'A')).toMatchObject({ state: 'nowhere', secure: true })
  expect(await resolver.ask('plain.test', 'MX')).toMatchObject({
    records: [{ exchange: '', preference: 0 }],
    secure: false,
  })
  // A label that no question can hold.
  expect(await resolver.ask(`${'a'.repeat(64)}.test`, 'A')).toMatchObject({ state: 'nowhere' })
})

test('what is forged, or goes round in a circle, is no answer', async (context) => {
  requirePrograms(context, 'knotd', 'keymgr', 'unbound')
  const resolver = resolverOf(dns?.server ?? '')
  expect(await resolver.ask('forged.test', 'MX')).toEqual({
    state: 'trouble',
    why: '127.0.0.1 answers SERVFAIL',
  })
  expect(await resolver.ask('loop.signed.test', 'A')).toMatchObject({ state: 'trouble' })
})

test('an answer that does not fit into a packet comes over TCP', async (context) => {
  requirePrograms(context, 'knotd', 'keymgr', 'unbound')
  const answer = await resolverOf(dns?.server ?? '').ask('long.signed.test', 'TXT')
  expect(answer).toMatchObject({ state: 'found', records: ['x'.repeat(6000)] })
})

test('a server that is not trusted is not believed about DNSSEC', async (context) => {
  requirePrograms(context, 'knotd', 'keymgr', 'unbound')
  const servers = [toDnsServer(dns?.server ?? '')]
  const resolver = createResolver({ servers, trusted: false, now: Date.now })
  expect(await resolver.ask('signed.test', 'MX')).toMatchObject({ state: 'found', secure: false })
  const far = createResolver({ servers: [toDnsServer('192.0.2.1')], now: Date.now })
  expect(far.trusted).toBe(false)
})

test('where one server is silent or fails the next is asked', async () => {
  await using silent = await startFaultyDns(() => undefined)
  await using failing = await startFaultyDns((_question, packet) => ({ ...packet, flags: 2 }))
  await using good = await startFaultyDns((question, packet) => ({
    ...packet,
    answers: [found(question, '192.0.2.7')],
  }))
  const resolver = resolverOf(silent.server, failing.server, good.server)
  expect(await resolver.ask('a.test', 'A')).toMatchObject({ state: 'found', records: ['192.0.2.7'] })
  expect(await resolverOf(silent.server).ask('a.test', 'A')).toMatchObject({
    state: 'trouble',
    why: '127.0.0.1: it does not answer',
  })
  expect(await resolverOf(failing.server).ask('a.test', 'A')).toMatchObject({
    state: 'trouble',
    why: '127.0.0.1 answers SERVFAIL',
  })
  expect(await resolverOf().ask('a.test', 'A')).toMatchObject({ why: 'no DNS server is known' })
})

test.each([
  ['another id', { id: 1 }],
  ['another question', { questions: [{ name: 'b.test', type: 'A' as const, class: 'IN' as const }] }],
  ['no reply', { type: 'query' as const }],
])('a reply with %s is somebody’s guess, and waited past', async (_what, wrong) => {
  await using liar = await startFaultyDns((question, packet) => ({
    ...packet,
    ...('id' in wrong ? { id: (packet.id ?? 0) ^ 1 } : wrong),
    answers: [found(question, '192.0.2.66')],
  }))
  expect(await resolverOf(liar.server).ask('a.test', 'A')).toMatchObject({ state: 'trouble' })
})

test('records that were not asked for, or are none, are left out', async () => {
  await using odd = await startFaultyDns((question, packet) => ({
    ...packet,
    answers: [
      found(question, '192.0.2.1'),
      found({ name: 'elsewhere.test' }, '192.0.2.2'),
      { type: 'AAAA', name: question.name, ttl: 60, class: 'IN', data: '2001:db8::1' },
    ],
  }))
  expect(await resolverOf(odd.server).ask('a.test', 'A')).toMatchObject({ records: ['192.0.2.1'] })
})

test('an answer is remembered for as long as its records say, and asked for once by many', async () => {
  let at = 0
  await using server = await startFaultyDns((question, packet) => ({
    ...packet,
    answers: [found(question, '192.0.2.1')],
  }))
  const resolver = createResolver({ servers: [toDnsServer(server.server)], now: () => at })
  await Promise.all(Array.from({ length: 20 }, () => resolver.ask('a.test', 'A')))
  at = 59_000
  await resolver.ask('A.test.', 'A')
  expect(server.asked).toHaveLength(1)
  at = 61_000
  await resolver.ask('a.test', 'A')
  expect(server.asked).toHaveLength(2)
})
