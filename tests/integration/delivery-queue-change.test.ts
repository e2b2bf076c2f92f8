/** What an operator does to the queue, by the command beside a running gateway. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { defaultDefinitions } from '../../gateway/policy/index.ts'
import { deliveryReport } from '../fixtures/delivery-report.ts'
import { type TestGateway, startTestGateway, testClock } from '../fixtures/gateway.ts'
import { queueCommand } from '../fixtures/queue-command.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { queueId } from '../fixtures/stored.ts'
import { type Remote, startRemote } from '../peers/remote.ts'

const hour = 3_600_000
// The commands have the machine's clock: the gateway's is set a little beside it.
const clock = testClock(Date.now())

let remote: Remote
let gateway: TestGateway
let busy: boolean
beforeAll(async () => {
  remote = await startRemote({
    answer: (command) => (busy && command.startsWith('RCPT') ? '451 4.7.1 Greylisted as ZX81' : undefined),
  })
  gateway = await startTestGateway({ now: clock.now, settings: { smartHost: `127.0.0.1:${remote.port}` } })
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await remote[Symbol.asyncDispose]()
})
beforeEach(async () => {
  await gateway.delivery.drop({})
  remote.received.length = 0
  busy = true
})

/** Queue id of a message that waits. */
async function sent(from: string, to: string, headers = ''): Promise<string> {
  await using client = await SmtpClient.ready(gateway.smtpPort)
  const message = `From: ${from}\r\nMessage-ID: <${to}>\r\nSubject: plain\r\n${headers}\r\ntext\r\n`
  const id = queueId(await client.send(from, to, message))
  await gateway.delivery.idle()
  return id
}

async function look(): Promise<void> {
  gateway.delivery.wake()
  await gateway.delivery.idle()
}

const postern = (...argv: string[]) => queueCommand(gateway.dataDir, remote.port)(...argv)

const arrived = () => remote.received.flatMap(({ to }) => to).sort()

test('what is paused is not sent, not late and not given up, and its time does not run', async () => {
  const id = await sent('ann@example.test', 'bob@far.test')
  expect((await postern('pause', id)).out).toBe('1 paused.\n')
  expect((await postern('list')).out).toMatch(/bob@far\.test .* paused /)
  busy = false
  clock.pass(240 * hour)
  await look()
  expect(remote.received).toEqual([])
  // Trying is not resuming.
  expect((await postern('retry', '--all')).out).toBe('0 will be tried again within half a minute.\n')
  expect((await postern('retry', id)).err).toContain('it is paused (postern queue resume)')

  // Ten days later it still has what was left of its five.
  busy = true
  await gateway.delivery.resume({ id })
  await look()
  clock.pass(72 * hour)
  for (let tries = 0; tries < 9; tries++) {
    await gateway.delivery.retry({ id })
    await look()
  }
  expect(await gateway.delivery.list({ id })).toMatchObject([
    { kind: 'message', state: 'queued' },
    // The report that it is late can't be sent either.
    { notice: 'delivery-delay' },
  ])
  clock.pass(49 * hour)
  await gateway.delivery.retry({ id })
  await look()
  expect(await gateway.delivery.list({ state: 'failed' })).toContainEqual(
    expect.objectContaining({ messageId: id, kind: 'message' }),
  )
})

test('what is paused while it is being sent goes where it can, and else waits for the person', async () => {
  busy = false
  await using slow = await startRemote({
    delay: 150,
    answer: (command) => (command === 'END' ? said : undefined),
  })
  let said = '451 4.3.0 later'
  await using other = await startTestGateway({ settings: { smartHost: `127.0.0.1:${slow.port}` } })
  await using client = await SmtpClient.ready(other.smtpPort)
  const send = async () =>
    queueId(await client.send('ann@example.test', 'bob@far.test', 'From: ann@example.test\r\n\r\nx\r\n'))
  const first = await send()
  await expect.poll(() => slow.connections).toBe(1)
  expect(await other.delivery.pause({})).toBe(1)
  await other.delivery.idle()
  expect(await other.delivery.list({ id: first })).toMatchObject([
    { state: 'queued', nextTryAt: null, attempts: 1 },
  ])
  said = '250 2.0.0 taken'
  expect(await other.delivery.resume({})).toBe(1)
  await other.delivery.idle()
  expect(slow.received).toHaveLength(1)
  // Paused no more: what is done is not counted as such.
  expect(await other.delivery.list({ id: first })).toMatchObject([{ state: 'done', pausedAt: null }])
})

test('what is wanted now while it is being sent is tried once more at once, where it does not go', async () => {
  let tries = 0
  await using slow = await startRemote({
    delay: 150,
    answer: (command) => (command === 'END' && ++tries < 2 ? '451 4.3.0 later' : undefined),
  })
  await using other = await startTestGateway({ settings: { smartHost: `127.0.0.1:${slow.port}` } })
  await using client = await SmtpClient.ready(other.smtpPort)
  const letter = 'From: ann@example.test\r\n\r\nx\r\n'
  const id = queueId(await client.send('ann@example.test', 'bob@far.test', letter))
  await expect.poll(() => slow.connections).toBe(1)
  expect(await other.delivery.retry({ id })).toBe(1)
  await other.delivery.idle()
  expect(slow.received).toHaveLength(1)
  expect(await other.delivery.list({ id })).toMatchObject([{ state: 'done', attempts: 2 }])
})

test('the whole queue rests for maintenance; what comes later goes', async () => {
  await sent('ann@example.test', 'bob@far.test')
  await sent('ann@example.test', 'carl@far.test')
  expect(JSON.parse((await postern('pause', '--all', '--json')).out)).toEqual({ paused: 2 })
  busy = false
  await sent('ann@example.test', 'dora@far.test')
  clock.pass(hour)
  await look()
  expect(arrived()).toEqual(['dora@far.test'])
  expect((await postern('list', '--paused', '--json')).out).toMatch(/bob@far[^]*carl@far/)
  expect((await postern('resume', '--all')).out).toContain('2 will be tried')
  clock.pass(hour)
  await look()
  expect(arrived()).toEqual(['bob@far.test', 'carl@far.test', 'dora@far.test'])
})

test.each([
  [
    ['--from', 'ann@example.test'],
    ['bob@far.test', 'rita@clinic.test'],
  ],
  [
    ['--from', 'example.test'],
    ['Carl@far.test', 'bob@far.test', 'rita@clinic.test'],
  ],
  [['--to', 'BOB@far.test'], ['bob@far.test']],
  [
    ['--to', 'Far.Test'],
    ['Carl@far.test', 'bob@far.test'],
  ],
  [['--to', 'test'], []],
  [['--from', 'Ben@example.test', '--to', 'far.test'], ['Carl@far.test']],
  [
    ['--account', 'example'],
    ['Carl@far.test', 'bob@far.test', 'rita@clinic.test'],
  ],
  [['--destination', 'nowhere:25'], []],
])('%j chooses %j', async (words, expected) => {
  await sent('ann@example.test', 'bob@far.test')
  await sent('ben@example.test', 'Carl@far.test')
  await sent('ann@example.test', 'rita@clinic.test')
  const { out } = await postern('list', ...words, '--json')
  const listed = JSON.parse(out) as { recipients: { address: string }[] }[]
  expect(listed.flatMap(({ recipients }) => recipients.map(({ address }) => address)).sort()).toEqual(
    expected,
  )
  expect(JSON.parse((await postern('retry', ...words, '--json')).out)).toEqual({ retried: expected.length })
  expect(JSON.parse((await postern('drop', ...words, '--json')).out)).toEqual({
    dropped: expect.objectContaining({ length: expected.length }) as string[],
  })
})

test('dropped mail is told to nobody and shredded; with --bounce its sender gets a report, but no list does', async () => {
  const quiet = await sent('ann@example.test', 'bob@far.test')
  expect((await postern('drop', quiet)).out).toBe('1 dropped.\n')
  const row = await gateway.store.db
    .selectFrom('messages')
    .select('shredded_at')
    .where('id', '=', quiet)
    .executeTakeFirst()
  expect(row?.shredded_at).not.toBeNull()
  expect((await postern('retry', quiet)).err).toContain('it is dropped, and its message is not kept')

  busy = false
  await look()
  expect(remote.received).toEqual([])
  busy = true
  const loud = await sent('ann@example.test', 'bob@far.test')
  await sent('ann@example.test', 'carl@far.test', 'List-Id: <all.example.test>\r\n')
  expect((await postern('drop', '--all', '--bounce')).out).toBe('2 given up, and their senders told.\n')
  busy = false
  clock.pass(1000)
  await look()
  expect(arrived()).toEqual(['ann@example.test'])
  const report = await deliveryReport(remote.received[0]?.data ?? Buffer.alloc(0))
  expect(report.message['X-Postern-Queue-Id']).toBe(loud)
  expect(report.recipients).toMatchObject([
    {
      'Final-Recipient': 'rfc822; bob@far.test',
      Action: 'failed',
      Status: '5.3.0',
      'Diagnostic-Code': 'x-postern; An administrator of the gateway gave it up.',
    },
  ])
})

test('what was given up can be taken up again while its message is there', async () => {
  // Held for somebody else as well, so its message is kept.
  await using client = await SmtpClient.ready(gateway.smtpPort)
  const accountId = (await gateway.people.accountByCode('example'))?.id ?? ''
  await gateway.policy.setDefinitions(accountId, [
    {
      name: 'clinics',
      conditions: [{ type: 'recipient', any: ['@clinic.test'] }],
      outcome: 'hold',
      options: {},
    },
  ])
  const id = queueId(
    await client.send(
      'ann@example.test',
      ['rita@clinic.test', 'bob@far.test'],
      'From: ann@example.test\r\nSubject: both\r\n\r\nx\r\n',
    ),
  )
  await gateway.delivery.idle()
  const message = (await gateway.delivery.list({ id })).find(({ kind }) => kind === 'message')
  await postern('drop', message?.id ?? '')
  expect((await postern('retry', message?.id ?? '')).out).toContain('1 will be tried again')
  busy = false
  clock.pass(hour)
  await look()
  expect(arrived()).toContain('bob@far.test')
  await gateway.policy.setDefinitions(accountId, defaultDefinitions)
})

test('show tells what became of a message: every answer, from whom, and how it went', async () => {
  const id = await sent('ann@example.test', 'bob@far.test')
  for (let tries = 0; tries < 2; tries++) {
    clock.pass(hour)
    await look()
  }
  busy = false
  clock.pass(hour)
  await look()
  const { out } = await postern('show', id)
  expect(out).toMatch(new RegExp(`^message +${id} <bob@far.test>$`, 'm'))
  expect(out).toMatch(/^trace +/m)
  expect(out).toMatch(/^state +done at .*, 4 attempts$/m)
  expect(out).toMatch(/bob@far\.test +queued/)
  expect(out).toMatch(
    new RegExp(
      `bob@far.test +deferred 3 times until .* 451 4.7.1 Greylisted as ZX81 \\[127.0.0.1:${remote.port}\\]`,
    ),
  )
  expect(out).toMatch(/bob@far\.test +delivered +250 2\.0\.0 taken as 1 \[127\.0\.0\.1:\d+, in clear\]/)
  expect((await postern('show', '01aaaaaaaaaaaaaaaaaaaaaaaa')).err).toContain(
    'There is no dispatch or message',
  )
})

test('search finds by queue id, Message-ID, address and the words of the remote, also what is long forgotten', async () => {
  const id = await sent('ann@example.test', 'ursula@far.test')
  busy = false
  clock.pass(hour)
  await look()
  const [dispatch] = await gateway.delivery.list({ id })
  const foundBy = async (text: string, ...more: string[]) => {
    const { out } = await postern('search', text, '--json', ...more)
    const result = JSON.parse(out) as { found: { id: string; messageId: string; state: string }[] }
    return result.found
  }
  const words = [id, dispatch?.id ?? '', '<ursula@far.test>', 'URSULA@far', 'as zx81', 'ann@example.test']
  for (const text of words) {
    expect(await foundBy(text)).toContainEqual(
      expect.objectContaining({ id: dispatch?.id, messageId: id, state: 'done' }),
    )
  }
  expect(await foundBy('100%')).toEqual([])
  expect(await foundBy('ursula@far.test', '--limit', '1')).toHaveLength(1)
  expect(await foundBy('ursula@far.test', '--before', '2020-01-01')).toEqual([])
  expect((await postern('search', 'x', '--before', 'soon')).err).toContain('--before takes a time')

  clock.pass(32 * 24 * hour)
  await gateway.delivery.clean()
  expect(await gateway.delivery.list({ id })).toEqual([])
  for (const text of ['<ursula@far.test>', 'taken as 1', 'ann@example.test']) {
    expect(await foundBy(text)).toContainEqual(
      expect.objectContaining({ id: dispatch?.id, messageId: id, state: 'delivered' }),
    )
  }
  expect((await postern('search', 'ursula')).out).toMatch(/delivered +250 2\.0\.0 taken as 1/)
})
