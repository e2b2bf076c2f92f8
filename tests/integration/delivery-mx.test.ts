/** Mail to the servers that DNS names for a domain (RFC 5321 section 5). */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RoutesConfig } from '../../gateway/delivery/ways/routes.ts'
import { type Dns, startDns } from '../peers/dns.ts'
import { startFaultyDns } from '../peers/faulty-dns.ts'
import { freePort } from '../peers/postfix.ts'
import { startRemote } from '../peers/remote.ts'
import { missing, requirePrograms } from '../peers/require.ts'
import { type RoutesGround, letter, routesGround } from './routes-parts.ts'

let dns: Dns | undefined
let parts: RoutesGround
let port: number

const records = {
  'far.test': ['@ MX 10 mx1', '@ MX 20 mx2', 'mx1 A 127.0.0.11', 'mx2 A 127.0.0.12'],
  'equal.test': ['@ MX 10 mx1', '@ MX 10 mx2', 'mx1 A 127.0.0.11', 'mx2 A 127.0.0.12'],
  'implicit.test': ['@ A 127.0.0.11'],
  'alias.test': ['@ MX 10 mail', 'mail CNAME host', 'host A 127.0.0.11', 'www CNAME @'],
  'null.test': ['@ MX 0 .', '@ A 127.0.0.11'],
  'nothing.test': ['@ TXT "no mail here"'],
  'dangling.test': ['@ MX 10 gone'],
  'six.test': ['@ MX 10 mx', 'mx AAAA ::1'],
  'both.test': ['@ MX 10 mx', 'mx AAAA 2001:db8::1', 'mx A 127.0.0.11'],
  'ours.test': ['@ MX 10 gateway.example.test.'],
  'backup.test': [
    '@ MX 10 mx1',
    '@ MX 20 gateway.example.test.',
    '@ MX 30 mx3',
    'mx1 A 127.0.0.11',
    'mx3 A 127.0.0.12',
  ],
  'xn--jgeva-dua.test': ['@ MX 10 mx1.far.test.'],
}

beforeAll(async () => {
  if (!missing('knotd', 'keymgr', 'unbound')) dns = await startDns({ plain: records })
  port = await freePort()
  parts = await routesGround()
})
afterAll(async () => {
  await parts[Symbol.asyncDispose]()
  await dns?.[Symbol.asyncDispose]()
})
beforeEach((context) => requirePrograms(context, 'knotd', 'keymgr', 'unbound'))

const direct = (more: Partial<RoutesConfig> = {}) =>
  parts.ways({
    routes: [{ domain: '*', via: 'mx' }],
    dnsServers: [dns?.server ?? ''],
    ports: { smtp: port, https: 1 },
    ...more,
  })

test('the preferred server gets the mail, with nothing added, and the connection is used again', async () => {
  await using first = await startRemote({ address: '127.0.0.11', port })
  await using second = await startRemote({ address: '127.0.0.12', port })
  using ways = direct()
  const processed = { passes: 0, identity: 'x' }
  for (const to of [['bob@far.test', 'carl@far.test'], ['dora@FAR.test.']]) {
    expect(await ways.send({ to, processed })).toEqual(
      to.map((address) => ({
        address,
        state: 'delivered',
        status: '2.0.0',
        reply: `250 2.0.0 taken as ${first.received.length}`,
        server: `mx1.far.test:${port}`,
        channel: 'in clear',
      })),
    )
  }
  expect(first.received.map((one) => one.data.toString())).toEqual([letter, letter])
  expect(first.connections).toBe(1)
  expect(second.connections).toBe(0)
})

test('servers of equal preference share the mail', async () => {
  await using first = await startRemote({ address: '127.0.0.11', port })
  await using second = await startRemote({ address: '127.0.0.12', port })
  using ways = direct()
  for (let count = 0; count < 40; count++) await ways.send({ to: ['bob@equal.test'] })
  expect(Math.min(first.received.length, second.received.length)).toBeGreaterThan(4)
  expect(first.connections + second.connections).toBe(2)
})

test.each([
  ['is not there', undefined],
  ['greets with 421', { GREETING: '421 4.3.2 too busy' }],
  ['greets with 554', { GREETING: '554 5.3.2 no service' }],
  ['refuses EHLO for now', { EHLO: '450 4.3.2 later' }],
  ['hangs up', { GREETING: 'close' }],
  ['says nothing', { GREETING: 'hang' }],
  ['speaks another language', { GREETING: 'SSH-2.0-OpenSSH_9.2' }],
])('where the first server %s the second gets the mail', async (_what, says) => {
  const answer = (command: string) =>
    Object.entries(says ?? {}).find(([verb]) => command.startsWith(verb))?.[1]
  await using first = says && (await startRemote({ address: '127.0.0.11', port, answer }))
  await using second = await startRemote({ address: '127.0.0.12', port })
  using ways = direct()
  const [outcome] = await ways.send({ to: ['bob@far.test'] })
  expect(outcome).toMatchObject({ state: 'delivered', server: `mx2.far.test:${port}` })
  expect(second.received).toHaveLength(1)
  expect(first?.received ?? []).toEqual([])
})

test('a server that can not be reached comes last for a while', async () => {
  await using second = await startRemote({ address: '127.0.0.12', port })
  using ways = direct()
  await ways.send({ to: ['bob@far.test'] })
  await using first = await startRemote({ address: '127.0.0.11', port })
  await ways.send({ to: ['bob@far.test'] })
  expect(second.received).toHaveLength(2)
  expect(second.connections).toBe(1)
  parts.clock.at += 120_000
  await ways.send({ to: ['bob@far.test'] })
  expect(first.received).toHaveLength(1)
})

test('what the first server refuses for good is offered to no other', async () => {
  const answer = (command: string) => (command.startsWith('RCPT') ? '550 5.1.1 nobody' : undefined)
  await using first = await startRemote({ address: '127.0.0.11', port, answer })
  await using second = await startRemote({ address: '127.0.0.12', port })
  using ways = direct()
  expect(await ways.send({ to: ['bob@far.test'] })).toMatchObject([{ state: 'failed', status: '5.1.1' }])
  expect([first.connections, second.connections]).toEqual([1, 0])
})

test('a domain without a mail server takes its mail itself, and one behind an alias as well', async () => {
  await using remote = await startRemote({ address: '127.0.0.11', port })
  using ways = direct()
  const to = ['a@implicit.test', 'b@alias.test', 'c@www.alias.test', 'd@jõgeva.test']
  expect((await ways.send({ to })).map(({ state }) => state)).toEqual(to.map(() => 'delivered'))
  expect(remote.received.map((one) => one.to).flat()).toEqual([...to.slice(0, 3), 'd@xn--jgeva-dua.test'])
})

test.each([
  ['takes none', 'null.test', '5.1.10', /null MX/],
  ['is none', 'none.null.test', '5.1.2', /There is no domain none\.null\.test/],
  ['has neither server nor address', 'nothing.test', '5.1.2', /no server and no address/],
  ['names a server without an address', 'dangling.test', '5.4.4', /gone\.dangling\.test has no address/],
  ['names this very gateway', 'ours.test', '5.4.6', /comes back to this server/],
])('mail to a domain that %s fails at once', async (_what, domain, status, reply) => {
  await using remote = await startRemote({ address: '127.0.0.11', port })
  using ways = direct()
  const outcomes = await ways.send({ to: [`bob@${domain}`] })
  expect(outcomes).toMatchObject([{ state: 'failed', status, reply: expect.stringMatching(reply) as string }])
  expect(remote.connections).toBe(0)
})

test('as a backup server the gateway hands mail to better servers, and never to lesser ones', async () => {
  await using lesser = await startRemote({ address: '127.0.0.12', port })
  using ways = direct()
  expect(await ways.send({ to: ['bob@backup.test'] })).toMatchObject([{ state: 'deferred' }])
  expect(lesser.connections).toBe(0)
  await using remote = await startRemote({ address: '127.0.0.11', port })
  expect(await ways.send({ to: ['bob@backup.test'] })).toMatchObject([{ state: 'delivered' }])
  expect(remote.received).toHaveLength(1)
})

test('a server that turns out to be this gateway, by whatever name, is a loop', async () => {
  await using self = await startRemote({ address: '127.0.0.11', port, name: 'Gateway.example.test' })
  using ways = direct()
  expect(await ways.send({ to: ['bob@implicit.test'] })).toMatchObject([{ state: 'failed', status: '5.4.6' }])
  expect(self.received).toEqual([])
})

test('IPv6 is taken where it is named, and IPv4 where IPv6 leads nowhere', async () => {
  await using six = await startRemote({ address: '::1', port })
  await using four = await startRemote({ address: '127.0.0.11', port })
  using ways = direct()
  const to = ['a@six.test', 'b@both.test', 'c@[IPv6:::1]', 'd@[127.0.0.11]']
  const outcomes = await ways.send({ to })
  expect(outcomes).toMatchObject(to.map((address) => ({ address, state: 'delivered' })))
  expect(outcomes[2]?.server).toBe(`[::1]:${port}`)
  expect(six.received.map((one) => one.to)).toEqual([['a@six.test'], ['c@[IPv6:::1]']])
  expect(four.received.map((one) => one.to)).toEqual([['b@both.test'], ['d@[127.0.0.11]']])
})

test('where DNS can not be asked mail waits', async () => {
  await using failing = await startFaultyDns((_question, packet) => ({ ...packet, flags: 2 }))
  using ways = direct({ dnsServers: [failing.server] })
  expect(await ways.send({ to: ['bob@far.test'] })).toMatchObject([
    {
      state: 'deferred',
      status: '4.4.3',
      reply: "The mail servers of far.test can't be looked up: 127.0.0.1 answers SERVFAIL.",
    },
  ])
  await using partly = await startFaultyDns((question, packet) =>
    question.type === 'MX'
      ? { ...packet, answers: [{ type: 'MX', name: question.name, data: { exchange: 'mx.test' } }] }
      : { ...packet, flags: 2 },
  )
  using others = direct({ dnsServers: [partly.server] })
  expect(await others.send({ to: ['bob@far.test'] })).toMatchObject([{ state: 'deferred', status: '4.4.3' }])
})
