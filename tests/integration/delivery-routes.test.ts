/** Which way mail takes, by the domain of its recipient. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { passesOf } from '../../gateway/delivery/index.ts'
import { type Remote, startRemote } from '../peers/remote.ts'
import { until } from '../fixtures/until.ts'
import { queueMessage, saying } from './delivery-parts.ts'
import { type RoutesGround, impatience, letter, routesGround, vault } from './routes-parts.ts'

let parts: RoutesGround
beforeAll(async () => {
  parts = await routesGround()
})
afterAll(() => parts[Symbol.asyncDispose]())

const server = ({ port }: Remote) => ({ host: '127.0.0.1', port })

test('the first route that fits is taken, then the smart host', async () => {
  await using partner = await startRemote()
  await using below = await startRemote()
  await using rest = await startRemote()
  using ways = parts.ways({
    smartHost: server(rest),
    routes: [
      { domain: 'partner.test', via: server(partner) },
      { domain: '*.partner.test', via: server(below) },
      { domain: 'direct.test', via: 'mx' },
      { domain: 'jõgeva.test', via: server(partner) },
    ],
  })
  const to = [
    'a@partner.test',
    'b@Sub.PARTNER.test',
    'c@deep.sub.partner.test',
    'd@notpartner.test',
    'e@xn--jgeva-dua.test',
  ]
  expect((await ways.send({ to })).map(({ state }) => state)).toEqual(to.map(() => 'delivered'))
  expect(partner.received.flatMap((one) => one.to)).toEqual(['a@partner.test', 'e@xn--jgeva-dua.test'])
  expect(below.received.flatMap((one) => one.to)).toEqual(['b@Sub.PARTNER.test', 'c@deep.sub.partner.test'])
  expect(rest.received.flatMap((one) => one.to)).toEqual(['d@notpartner.test'])
  expect(ways.destinationOf('x@direct.test')).toBe('mx:direct.test')
  expect(ways.destinationOf('x@partner.test')).toBe(`127.0.0.1:${partner.port}`)
})

test('without a way for everything the rest ends in the outbox', async () => {
  await using partner = await startRemote()
  using ways = parts.ways({ routes: [{ domain: 'partner.test', via: server(partner) }] })
  expect(await ways.send({ to: ['a@partner.test', 'b@far.test'] })).toMatchObject([
    { address: 'a@partner.test', state: 'delivered', channel: 'in clear' },
    { address: 'b@far.test', state: 'delivered', reply: expect.stringContaining('in the outbox') as string },
  ])
  const outbox = await parts.store.db.selectFrom('outbox').select('recipients_json').execute()
  expect(outbox).toEqual([{ recipients_json: '["b@far.test"]' }])
  expect(await ways.send({ to: ['b@far.test'], tls: 'require' })).toMatchObject([{ state: 'insecure' }])
})

test('what leaves by a server an administrator has named carries the processed header, and is else as it was', async () => {
  await using remote = await startRemote()
  using ways = parts.ways({ smartHost: server(remote) })
  await ways.send({
    to: ['bob@far.test'],
    envelope: {},
    processed: { passes: 1, identity: 'of the message' },
  })
  const [message] = remote.received
  const [field = '', ...rest] = message?.data.toString().split('\r\n') ?? []
  expect(rest.join('\r\n')).toBe(letter)
  const value = /^X-Postern-Processed: (.*)$/.exec(field)?.[1] ?? ''
  const mac = (purpose: string, data: string | Uint8Array) => vault.mac(purpose, data)
  expect(passesOf(mac, parts.account.id, ['of the message'], [value])).toBe(2)
  expect(message?.parameters).toBe(`SIZE=${message?.data.length ?? 0}`)
})

test('a smart host that can not be found costs no mail', async () => {
  using ways = parts.ways({ smartHost: { host: 'no-such-host.invalid', port: 25 } })
  expect(await ways.send({ to: ['bob@far.test'] })).toMatchObject([
    { state: 'deferred', status: '4.4.3', reply: expect.stringContaining('no-such-host.invalid') as string },
  ])
})

test('a smart host is found by a name that this machine alone knows', async () => {
  await using remote = await startRemote()
  using ways = parts.ways({ smartHost: { host: 'localhost', port: remote.port } })
  expect(await ways.send({ to: ['bob@far.test'] })).toMatchObject([
    { state: 'delivered', server: `localhost:${remote.port}` },
  ])
})

test('each destination has connections of its own: a slow one keeps no other waiting', async () => {
  await using slow = await startRemote({ answer: (command) => (command === 'END' ? 'hang' : undefined) })
  await using quick = await startRemote({ delay: 20 })
  await using delivery = parts.delivery({
    routes: [{ domain: 'slow.test', via: server(slow) }],
    smartHost: server(quick),
    connections: 2,
    patience: impatience,
  })
  delivery.start(saying(letter))
  await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      queueMessage(parts, delivery, [`p${index}@slow.test`, `p${index}@quick.test`]),
    ),
  )
  await until(() => quick.received.length === 12, 'the quick server has its mail')
  expect(slow.received).toEqual([])
  expect([slow.mostAtOnce, quick.mostAtOnce]).toEqual([2, 2])
  await delivery.drop({})
})
