import { Registry } from 'prom-client'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDelivery } from '../../gateway/delivery/index.ts'
import { finish } from '../../gateway/delivery/attempt/finish.ts'
import { createLeases } from '../../gateway/delivery/queue/lease.ts'
import { createMetrics } from '../../gateway/delivery/metrics.ts'
import { leaseTime } from '../../gateway/delivery/queue/row.ts'
import { usualSchedule } from '../../gateway/delivery/queue/schedule.ts'
import type { Outcome } from '../../gateway/delivery/transport.ts'
import { startRemote } from '../peers/remote.ts'
import { type Ground, eventsOf, ground, queueMessage, saying } from './delivery-parts.ts'

let parts: Ground
beforeEach(async () => {
  parts = await ground()
})
afterEach(() => parts[Symbol.asyncDispose]())

const letter = 'From: ann@example.test\r\nSubject: Hello\r\n\r\nText\r\n'

test('what a dead process was sending is sent by the next one, when its lease has run out', async () => {
  const { store, clock } = parts
  await queueMessage(parts, parts.delivery(), ['bob@far.test'])
  const dead = createLeases({ store, now: () => clock.at, owner: 'dead' })
  const { claimed } = await dead.claim({ limit: 5, perDestination: 5, busy: new Map() })
  expect(claimed).toHaveLength(1)

  await using delivery = parts.delivery()
  delivery.start(saying(letter))
  await delivery.idle()
  expect(await delivery.outbox.list()).toEqual([])
  expect(await delivery.list({})).toMatchObject([{ sending: true }])

  clock.at += leaseTime
  delivery.wake()
  await delivery.idle()
  expect(await delivery.outbox.list()).toHaveLength(1)
})

test('two processes on one store send each message once', async () => {
  await using remote = await startRemote({ delay: 5 })
  const config = { smartHost: { host: '127.0.0.1', port: remote.port } }
  await using one = parts.delivery(config)
  await using two = parts.delivery(config)
  one.start(saying(letter))
  two.start(saying(letter))
  const people = Array.from({ length: 60 }, (_, index) => `p${index}@far.test`)
  for (const address of people) {
    await queueMessage(parts, one, [address])
    two.wake()
  }
  await Promise.all([one.idle(), two.idle()])
  expect(remote.received.flatMap(({ to }) => to).sort()).toEqual(people.sort())
})

test('a transaction that is undone queues nothing', async () => {
  await using delivery = parts.delivery()
  delivery.start(saying(letter))
  await expect(
    parts.store.write(async (trx) => {
      await delivery.enqueue(trx, {
        kind: 'message',
        accountId: parts.account.id,
        messageId: 'm',
        envelopeFrom: '',
        recipients: [{ address: 'bob@far.test' }],
      })
      throw new Error('full')
    }),
  ).rejects.toThrow('full')
  await delivery.idle()
  expect(await delivery.outbox.list()).toEqual([])
})

test('what is moot when its turn comes is dropped without a word', async () => {
  await using delivery = parts.delivery()
  const finished: string[] = []
  delivery.start(async () => 'gone', { finished: async ({ state }) => void finished.push(state) })
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.idle()
  expect(finished).toEqual(['dropped'])
  expect(await eventsOf(parts)).toEqual([])
})

test('a notification that arrived is an event of its own, and one that failed is told to the sender of the message', async () => {
  const { store, account, people, clock } = parts
  await store.write(async (trx) => {
    const { person } = await people.ensure(trx, { address: 'bob@far.test' }, clock.at)
    await trx
      .insertInto('messages')
      .values({
        id: 'm1',
        account_id: account.id,
        origin: 'mail',
        author_id: null,
        envelope_from: 'ann@example.test',
        from_address: 'ann@example.test',
        from_name: 'Ann',
        header_recipients_json: '{}',
        rfc_message_id: '',
        subject_sealed: Buffer.alloc(0),
        view_sealed: null,
        has_attachments: 0,
        wrapped_key: null,
        body_id: null,
        size: 0,
        language: null,
        options_json: '{}',
        received_at: 0,
        expires_at: null,
        shredded_at: null,
      })
      .execute()
    for (const id of ['c1', 'c2']) {
      await trx
        .insertInto('copies')
        .values({
          id,
          message_id: 'm1',
          account_id: account.id,
          person_id: person.id,
          address: 'bob@far.test',
          state: 'held',
          unread: 1,
          received_at: 0,
          first_read_at: null,
          replied_at: null,
          ended_at: null,
          recall_reason: null,
        })
        .execute()
    }
  })
  await using remote = await startRemote({
    answer: (command, { to }) =>
      command === 'END' && to.includes('carl@far.test') ? '550 5.7.1 we do not want it' : undefined,
  })
  await using delivery = parts.delivery({ smartHost: { host: '127.0.0.1', port: remote.port } })
  delivery.start(saying(letter))
  await store.write((trx) =>
    delivery.enqueue(
      trx,
      ...(['bob@far.test', 'carl@far.test'] as const).map((recipient, index) => ({
        kind: 'notice' as const,
        accountId: account.id,
        notice: { type: 'notification' as const, copyId: `c${index + 1}` },
        envelopeFrom: '',
        recipient,
        messageId: 'm1',
        copyId: `c${index + 1}`,
      })),
    ),
  )
  await delivery.idle()
  const rows = await store.db
    .selectFrom('events')
    .select(['type', 'copy_id', 'message_id'])
    .orderBy('type')
    .execute()
  expect(rows).toEqual([
    // The report itself arrived.
    { type: 'delivered', copy_id: null, message_id: 'm1' },
    { type: 'delivery-failed', copy_id: 'c2', message_id: 'm1' },
    { type: 'notified', copy_id: 'c1', message_id: 'm1' },
  ])
  expect(remote.received.map(({ from, to }) => [from, to])).toContainEqual(['', ['ann@example.test']])
})

test('the queue can be listed, tried now, dropped, and a failed dispatch taken up again', async () => {
  let up = false
  await using remote = await startRemote({
    answer: (command) => (up || !command.startsWith('MAIL') ? undefined : '451 4.3.0 later'),
  })
  const finished: string[] = []
  await using delivery = parts.delivery({ smartHost: { host: '127.0.0.1', port: remote.port } })
  delivery.start(saying(letter), { finished: async ({ state }) => void finished.push(state) })
  await queueMessage(parts, delivery, ['bob@far.test'])
  await queueMessage(parts, delivery, ['carl@far.test'])
  await delivery.idle()
  const [first, second] = await delivery.list({})
  expect(first?.recipients[0]?.reply).toBe('451 4.3.0 later')

  expect(await delivery.drop({ id: first?.id ?? '' })).toHaveLength(1)
  expect(finished).toEqual(['dropped'])
  up = true
  expect(await delivery.retry({})).toBe(1)
  await delivery.idle()
  expect(remote.received.map(({ to }) => to)).toEqual([['carl@far.test']])
  expect(await delivery.retry({ id: first?.id ?? '' })).toBe(1)
  await delivery.idle()
  expect(remote.received.map(({ to }) => to)).toEqual([['carl@far.test'], ['bob@far.test']])
  // Done is done.
  expect(await delivery.retry({ id: second?.id ?? '' })).toBe(0)
})

test('what ended a month ago is forgotten, what still waits is not', async () => {
  await using delivery = parts.delivery({ smartHost: { host: '127.0.0.1', port: 1 } })
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.drop({})
  await queueMessage(parts, delivery, ['carl@far.test'])
  parts.clock.at += 29 * 24 * 3_600_000
  expect(await delivery.clean()).toBe(0)
  parts.clock.at += 2 * 24 * 3_600_000
  expect(await delivery.clean()).toBe(1)
  expect(await delivery.list({ state: 'dropped' })).toEqual([])
  expect(await delivery.list({})).toHaveLength(1)
})

test('a dispatch dropped while it is being sent stays dropped', async () => {
  await using remote = await startRemote({ delay: 100 })
  await using delivery = parts.delivery({ smartHost: { host: '127.0.0.1', port: remote.port } })
  delivery.start(saying(letter))
  await queueMessage(parts, delivery, ['bob@far.test'])
  await expect.poll(() => remote.connections).toBe(1)
  await delivery.drop({})
  await delivery.idle()
  expect(await delivery.list({ state: 'dropped' })).toHaveLength(1)
})

test('a stop waits for the message that is being sent', async () => {
  await using remote = await startRemote({ delay: 200 })
  {
    await using delivery = parts.delivery({ smartHost: { host: '127.0.0.1', port: remote.port } })
    delivery.start(saying(letter))
    await queueMessage(parts, delivery, ['bob@far.test'])
    await expect.poll(() => remote.connections).toBe(1)
  }
  expect(remote.received).toHaveLength(1)
  expect(await parts.delivery().list({ state: 'done' })).toHaveLength(1)
})

test('the numbers an operator watches: depth, oldest age, delivered, lost leases', async () => {
  const { store, people, clock } = parts
  const register = new Registry()
  await using delivery = createDelivery({
    store,
    people,
    now: () => clock.at,
    log: pino({ level: 'silent' }),
    config: { hostname: 'gateway.test' },
    register,
  })
  await queueMessage(parts, delivery, ['bob@far.test'])
  const dead = createLeases({ store, now: () => clock.at, owner: 'dead' })
  await dead.claim({ limit: 1, perDestination: 1, busy: new Map() })
  clock.at += 90_000
  expect(await register.metrics()).toMatch(/^postern_queue_depth 1$/m)
  expect(await register.metrics()).toMatch(/^postern_queue_oldest_seconds 90$/m)
  delivery.start(saying(letter))
  await delivery.idle()
  const after = await register.metrics()
  expect(after).toMatch(/^postern_queue_depth 0$/m)
  expect(after).toMatch(/^postern_delivered_total\{kind="message"\} 1$/m)
  expect(after).toMatch(/^postern_queue_leases_expired_total 1$/m)
  expect(after).toMatch(/^postern_attempts_total\{kind="message"\} 1$/m)
  expect(after).toMatch(/^postern_send_seconds_count\{kind="message",outcome="delivered"\} 1$/m)
  await queueMessage(parts, delivery, ['bob@far.test'])
  await delivery.pause({})
  expect(await register.metrics()).toMatch(/^postern_queue_paused 1$/m)
  // Nobody is named in any of it.
  expect(await register.metrics()).not.toMatch(/far\.test|example/)
})

test('a full destination does not hold up the others', async () => {
  const { store, account, clock } = parts
  await store.write(async (trx) => {
    for (const [index, destination] of ['a', 'a', 'a', 'b'].entries()) {
      await trx
        .insertInto('dispatches')
        .values({
          id: `d${index}`,
          account_id: account.id,
          kind: 'message',
          message_id: 'm',
          copy_id: null,
          notice_json: null,
          envelope_from: '',
          recipients_json: '[]',
          destination,
          state: 'queued',
          attempts: 0,
          next_try_at: clock.at + index,
          lease_until: null,
          lease_owner: null,
          created_at: clock.at,
          finished_at: null,
          tls: 'may',
        })
        .execute()
    }
  })
  clock.at += 10
  const leases = createLeases({ store, now: () => clock.at, owner: 'me' })
  const busy = new Map<string, number>()
  const first = await leases.claim({ limit: 10, perDestination: 2, busy })
  expect(first.claimed.map(({ id }) => id)).toEqual(['d0', 'd1', 'd3'])
  expect(first.passed).toBe(1)
  await leases.release(['d3'])
  const second = await leases.claim({ limit: 1, perDestination: 2, busy: new Map([['a', 2]]) })
  expect(second.claimed.map(({ id, attempts }) => [id, attempts])).toEqual([['d3', 1]])
})

test('of one attempt some got it over verified TLS, for some it is held, some wait, and one failed', async () => {
  const { store, people, account, clock } = parts
  const now = () => clock.at
  const log = pino({ level: 'silent' })
  const delivery = createDelivery({ store, people, now, log, config: { hostname: 'gateway.test' } })
  await store.write((trx) =>
    delivery.enqueue(trx, {
      kind: 'message',
      accountId: account.id,
      messageId: '01message',
      envelopeFrom: 'ann@example.test',
      recipients: ['safe', 'open', 'busy', 'gone'].map((name) => ({ address: `${name}@far.test` })),
      tls: 'require',
      heldJson: '{}',
    }),
  )
  const leases = createLeases({ store, now, owner: 'me' })
  const metrics = createMetrics(new Registry(), store, now, () => 0)
  const held: string[][] = []
  const end = async (outcomes: Outcome[]) => {
    const { claimed } = await leases.claim({ limit: 1, perDestination: 1, busy: new Map() })
    const [dispatch] = claimed
    if (!dispatch) throw new Error('nothing is due')
    return finish(
      {
        ...{ store, schedule: usualSchedule, softBounce: false, metrics, owner: 'me', now, log },
        random: () => 0.5,
        stopping: () => false,
        enqueue: (trx, report) => delivery.enqueue(trx, report),
      },
      dispatch,
      { outcomes },
      await saying(letter)(dispatch),
      {
        hold: async (_trx, _dispatch, recipients, reason) =>
          void held.push([reason, ...recipients.map(({ address }) => address)]),
      },
      0.1,
    )
  }
  const outcome = (name: string, state: Outcome['state'], status: string): Outcome => ({
    ...{ address: `${name}@far.test`, state, status, reply: `${status} ${state}` },
    ...(state === 'delivered' && { channel: 'TLSv1.3, verified (DANE)', server: 'mx.far.test:25' }),
  })
  expect(
    await end([
      outcome('safe', 'delivered', '2.0.0'),
      outcome('open', 'insecure', '5.7.30'),
      outcome('busy', 'deferred', '4.2.2'),
      outcome('gone', 'failed', '5.1.1'),
    ]),
  ).toEqual({ state: 'queued', nextTryAt: clock.at + 300_000 })
  expect(await eventsOf(parts)).toMatchObject([
    {
      type: 'delivered',
      detail: { address: 'safe@far.test', channel: 'TLSv1.3, verified (DANE)', server: 'mx.far.test:25' },
    },
    { type: 'delivery-failed', detail: { address: 'gone@far.test' } },
  ])
  const [message, report] = await delivery.list({})
  expect(message?.recipients.map(({ state }) => state)).toEqual(['delivered', 'held', 'queued', 'failed'])
  expect(report?.notice).toBe('delivery-failure')
  // The report is not what the next attempt is about.
  await delivery.pause({ id: report?.id ?? '' })

  clock.at += 300_000
  expect(await end([outcome('busy', 'insecure', '5.7.30')])).toMatchObject({ state: 'done' })
  expect(held).toEqual([
    ['5.7.30 insecure', 'open@far.test'],
    ['5.7.30 insecure', 'busy@far.test'],
  ])
})
