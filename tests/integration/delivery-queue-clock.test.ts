/** Clocks that jump, processes that hang: nothing is sent twice by it, and nothing sleeps for longer than it should. */
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Delivery, createDelivery } from '../../gateway/delivery/index.ts'
import { createLeases } from '../../gateway/delivery/queue/lease.ts'
import { leaseTime } from '../../gateway/delivery/queue/row.ts'
import { type Answer, startRemote } from '../peers/remote.ts'
import { type Ground, ground, queueMessage, saying } from './delivery-parts.ts'

const minute = 60_000
const hour = 60 * minute
const letter = 'From: ann@example.test\r\nSubject: Hello\r\n\r\nText\r\n'

let parts: Ground
/** What passes, while `parts.clock` is what the machine says it is. */
let steady: number
let register: Registry
beforeEach(async () => {
  parts = await ground()
  steady = 0
})
afterEach(() => parts[Symbol.asyncDispose]())

function delivery(port: number): Delivery {
  register = new Registry()
  return createDelivery({
    store: parts.store,
    people: parts.people,
    now: () => parts.clock.at,
    steady: () => steady,
    log: pino({ level: 'silent' }),
    random: () => 0.5,
    register,
    config: { hostname: 'gateway.example.test', smartHost: { host: '127.0.0.1', port } },
  })
}

/** Time passes, and the clock shows it. */
function pass(ms: number): void {
  parts.clock.at += ms
  steady += ms
}

async function count(name: string): Promise<number> {
  const text = await register.metrics()
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
}

test('an hour ahead: what is being sent is not sent again, by this process or another', async () => {
  await using remote = await startRemote({ delay: 300 })
  await using one = delivery(remote.port)
  one.start(saying(letter))
  await queueMessage(parts, one, ['bob@far.test'])
  await expect.poll(() => remote.connections).toBe(1)
  await using two = delivery(remote.port)
  two.start(saying(letter))
  await two.idle()
  parts.clock.at += hour
  // Before the owner has noticed, and while the answer is awaited.
  two.wake()
  one.wake()
  await Promise.all([two.idle(), one.idle()])
  expect(remote.received).toHaveLength(1)
  expect(await one.list({ state: 'done' })).toHaveLength(1)
})

test('an hour ahead: what a dead process had is taken over all the same, when a lease has passed', async () => {
  await using remote = await startRemote()
  await using living = delivery(remote.port)
  await queueMessage(parts, living, ['bob@far.test'])
  const dead = createLeases({ store: parts.store, now: () => parts.clock.at, owner: 'dead' })
  await dead.claim({ limit: 5, perDestination: 5, busy: new Map() })
  living.start(saying(letter))
  await living.idle()
  parts.clock.at += hour
  living.wake()
  await living.idle()
  expect(remote.received).toEqual([])
  expect(await count('postern_clock_jumps_total')).toBe(1)
  pass(leaseTime)
  living.wake()
  await living.idle()
  expect(remote.received).toHaveLength(1)
})

test('an hour back: what waits is tried in its time, and a dead lease ends in its time', async () => {
  let busy = true
  await using remote = await startRemote({
    answer: (command) => (busy && command.startsWith('RCPT TO:<bob') ? '451 4.3.0 later' : undefined),
  })
  await using living = delivery(remote.port)
  await queueMessage(parts, living, ['carl@far.test'])
  const dead = createLeases({ store: parts.store, now: () => parts.clock.at, owner: 'dead' })
  await dead.claim({ limit: 5, perDestination: 5, busy: new Map() })
  living.start(saying(letter))
  await queueMessage(parts, living, ['bob@far.test'])
  await living.idle()
  busy = false
  parts.clock.at -= hour
  living.wake()
  await living.idle()
  expect(remote.received).toEqual([])
  pass(leaseTime)
  living.wake()
  await living.idle()
  expect(remote.received.map(({ to }) => to)).toEqual([['carl@far.test']])
  pass(6 * minute)
  living.wake()
  await living.idle()
  expect(remote.received.map(({ to }) => to)).toEqual([['carl@far.test'], ['bob@far.test']])
})

test('a clock that was set back while nothing ran is put right at the start; what is paused stays so', async () => {
  await using remote = await startRemote()
  {
    await using before = delivery(remote.port)
    await queueMessage(parts, before, ['bob@far.test'])
    await queueMessage(parts, before, ['carl@far.test'])
    const [, carl] = await before.list({})
    await before.pause({ id: carl?.id ?? '' })
  }
  parts.clock.at -= 24 * hour
  await using after = delivery(remote.port)
  after.start(saying(letter))
  await expect
    .poll(async () => {
      await after.idle()
      return remote.received.map(({ to }) => to)
    })
    .toEqual([['bob@far.test']])
  expect(await after.list({})).toMatchObject([
    { nextTryAt: null, recipients: [{ address: 'carl@far.test' }] },
  ])
})

test('a process that was stopped in the middle cuts the connection when another has taken over', async () => {
  let data = false
  await using remote = await startRemote({
    answer(command) {
      data ||= command === 'DATA'
      return undefined
    },
  })
  await using stopped = delivery(remote.port)
  const stop = Promise.withResolvers<boolean>()
  const go = Promise.withResolvers<undefined>()
  stopped.start(async (dispatch) => ({
    ...(await saying(letter)(dispatch)),
    async *read() {
      yield Buffer.from(letter)
      if (data) {
        // SIGSTOP, as far as anybody else can tell.
        stop.resolve(true)
        await go.promise
      }
      yield Buffer.from('The end\r\n')
    },
  }))
  await queueMessage(parts, stopped, ['bob@far.test'])
  await stop.promise
  pass(leaseTime + 1)
  const other = createLeases({ store: parts.store, now: () => parts.clock.at, owner: 'other' })
  const { claimed, expired } = await other.claim({ limit: 5, perDestination: 5, busy: new Map() })
  expect([claimed.length, expired]).toEqual([1, 1])
  go.resolve(undefined)
  await expect.poll(() => count('postern_queue_leases_lost_total')).toBe(1)
  expect(remote.received).toEqual([])
  // It is the other's: not a letter of how this one went is written.
  expect(await stopped.list({})).toMatchObject([{ attempts: 2, history: [], recipients: [{ reply: '' }] }])
})

test.each(['a new connection', 'a kept connection'])(
  'an answer lost after the message went over %s means another try, by the schedule and as the same message',
  async (kind) => {
    let said: Answer = undefined
    await using remote = await startRemote({ answer: (command) => (command === 'END' ? said : undefined) })
    await using sender = delivery(remote.port)
    sender.start(saying(letter))
    if (kind === 'a kept connection') {
      await queueMessage(parts, sender, ['ann@far.test'])
      await sender.idle()
    }
    const connections = remote.connections
    said = 'close'
    await queueMessage(parts, sender, ['bob@far.test'])
    await sender.idle()
    expect(await sender.list({})).toMatchObject([
      { attempts: 1, nextTryAt: parts.clock.at + 5 * minute, recipients: [{ state: 'queued' }] },
    ])
    // It was not sent again at once by another connection.
    expect(remote.connections).toBe(Math.max(1, connections))
    said = undefined
    pass(5 * minute)
    sender.wake()
    await sender.idle()
    expect(remote.received.at(-1)).toMatchObject({ to: ['bob@far.test'], data: Buffer.from(letter) })
  },
)

test('refusals for good are temporary with soft bounces, and the queue’s time still ends', async () => {
  await using remote = await startRemote({
    answer: (command) => (command.startsWith('RCPT') ? '550 5.1.1 nobody' : undefined),
  })
  await using soft = createDelivery({
    store: parts.store,
    people: parts.people,
    now: () => parts.clock.at,
    log: pino({ level: 'silent' }),
    config: {
      hostname: 'gateway.example.test',
      smartHost: { host: '127.0.0.1', port: remote.port },
      softBounce: true,
      retry: { waits: [minute], giveUpAfter: hour },
    },
  })
  soft.start(saying(letter))
  await queueMessage(parts, soft, ['bob@far.test'])
  await soft.idle()
  expect(await soft.list({})).toMatchObject([
    { recipients: [{ state: 'queued', reply: '550 5.1.1 nobody' }] },
  ])
  pass(hour)
  soft.wake()
  await soft.idle()
  expect(await soft.list({ state: 'failed' })).toMatchObject([
    { recipients: [{ status: '4.4.7', reply: '550 5.1.1 nobody' }] },
  ])
})
