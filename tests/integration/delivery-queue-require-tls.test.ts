/** What must go over verified TLS or be held: decided when it is sent, by what the destination offers then. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Definition } from '../../gateway/policy/index.ts'
import { deliveryReport } from '../fixtures/delivery-report.ts'
import { type TestGateway, startTestGateway, testClock } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { queueId } from '../fixtures/stored.ts'
import { type Remote, startRemote } from '../peers/remote.ts'

const ann = 'ann@example.test'
const canary = 'the heron nests behind the third lock'
const clock = testClock(Date.UTC(2026, 10, 21))
const hour = 3_600_000
const day = 24 * hour

let remote: Remote
let gateway: TestGateway
let client: SmtpClient
let up: boolean
beforeEach(async () => {
  up = true
  remote = await startRemote({ answer: (command) => (up || command !== 'GREETING' ? undefined : 'close') })
  gateway = await startTestGateway({ now: clock.now, settings: { smartHost: `127.0.0.1:${remote.port}` } })
  client = await SmtpClient.ready(gateway.smtpPort)
  const requireTls: Definition = {
    name: 'banks',
    conditions: [{ type: 'recipient', any: ['@bank.test'] }],
    outcome: 'require-tls',
    options: { expiryDays: 10, reminderDays: 2 },
  }
  const accountId = (await gateway.people.accountByCode('example'))?.id ?? ''
  await gateway.policy.setDefinitions(accountId, [requireTls])
})
afterEach(async () => {
  await client[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
  await remote[Symbol.asyncDispose]()
})

async function say(...commands: string[]): Promise<string> {
  for (const command of commands) expect(await client.command(command)).toMatch(/^250/)
  await client.command('DATA')
  client.write(
    `From: Ann <${ann}>\r\nTo: Berta Bank <berta@bank.test>\r\nSubject: Account\r\n` +
      `Message-ID: <one@example.test>\r\n\r\n${canary}\r\n`,
  )
  return queueId(await client.command('.'))
}

const copies = (id: string) =>
  gateway.store.db.selectFrom('copies').selectAll().where('message_id', '=', id).orderBy('address').execute()

const events = async (type: string) => {
  const rows = await gateway.store.db.selectFrom('events').selectAll().where('type', '=', type).execute()
  return rows.map(({ copy_id, detail_json }) => ({ copy_id, detail: JSON.parse(detail_json) as unknown }))
}

test('where the destination offers no TLS it is held, read in the portal, and its sender’s thread is secure', async () => {
  const id = await say(
    `MAIL FROM:<${ann}>`,
    'RCPT TO:<Berta@bank.test> NOTIFY=SUCCESS',
    'RCPT TO:<carl@bank.test>',
  )
  await gateway.delivery.idle()
  const [berta, carl] = await copies(id)
  expect([berta?.address, carl?.address]).toEqual(['berta@bank.test', 'carl@bank.test'])
  expect(berta).toMatchObject({
    state: 'held',
    expires_at: clock.now() + 10 * day,
    remind_at: clock.now() + 2 * day,
  })
  expect(berta?.warn_at).toBeGreaterThan(clock.now())
  const message = await gateway.store.db
    .selectFrom('messages')
    .select(['expires_at', 'shredded_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  expect(message).toEqual({ expires_at: clock.now() + 10 * day, shredded_at: null })

  // The timeline says which way it went and why.
  const [first] = await events('held-instead')
  expect(first).toMatchObject({
    copy_id: berta?.id,
    detail: { definition: 'banks', reason: expect.stringMatching(/TLS/) as string },
  })
  const dispatches = await gateway.delivery.list({ id })
  expect(dispatches.find(({ kind }) => kind === 'message')).toMatchObject({
    state: 'done',
    tls: 'require',
    recipients: [{ state: 'held' }, { state: 'held' }],
  })

  // What left: a notice and sign-in details each, and the report that Berta's notice was taken. Never a word of it.
  for (const { data } of remote.received) expect(data.toString()).not.toContain(canary)
  expect(remote.received.map(({ to }) => to[0]).sort()).toEqual([
    ann,
    'berta@bank.test',
    'berta@bank.test',
    'carl@bank.test',
    'carl@bank.test',
  ])
  const report = remote.received.find(({ from }) => from === '')
  expect((await deliveryReport(report?.data ?? Buffer.alloc(0))).text).toContain('It is held securely')

  const person = await gateway.people.personByAddress('berta@bank.test')
  if (!person) throw new Error('nobody was made')
  expect(person.name).toBe('Berta Bank')
  const view = await gateway.messages.open(person, berta?.id ?? '')
  expect(JSON.stringify(view)).toContain(canary)
  const accountId = (await gateway.people.accountByCode('example'))?.id ?? ''
  expect(await gateway.messages.isSecureThread(accountId, ['<one@example.test>'])).toBe(true)
})

test('trouble on the way is no lack of TLS: it is tried again, and held once the destination answers', async () => {
  up = false
  const id = await say(`MAIL FROM:<${ann}>`, 'RCPT TO:<berta@bank.test>')
  await gateway.delivery.idle()
  expect(await copies(id)).toEqual([])
  expect(await gateway.delivery.list({ id })).toMatchObject([{ state: 'queued', attempts: 1 }])
  up = true
  clock.pass(2 * day)
  gateway.delivery.wake()
  await gateway.delivery.idle()
  // Its life begins when somebody could first read it.
  expect(await copies(id)).toMatchObject([
    { received_at: clock.now() - 2 * day, expires_at: clock.now() + 10 * day },
  ])
})

test('a sender who asked for TLS all the way (REQUIRETLS) gets it back where it can not be had: 5.7.30', async () => {
  await client.startTls()
  await client.command('EHLO client.test')
  const id = await say(`MAIL FROM:<${ann}> REQUIRETLS RET=FULL`, 'RCPT TO:<bob@far.test>')
  await gateway.delivery.idle()
  expect(await copies(id)).toEqual([])
  const report = await deliveryReport(remote.received[0]?.data ?? Buffer.alloc(0))
  expect(report.recipients).toMatchObject([
    { 'Final-Recipient': 'rfc822; bob@far.test', Action: 'failed', Status: '5.7.30' },
  ])
  // It comes back by whatever way a report takes: without its body (RFC 8689 section 5).
  expect(report.parts.at(-1)).toBe('text/rfc822-headers')
  expect(report.raw).not.toContain(canary)
})

test('what can not be held just then is tried again, not sent and not lost', async () => {
  const { store } = gateway
  up = false
  const id = await say(`MAIL FROM:<${ann}>`, 'RCPT TO:<berta@bank.test>')
  await gateway.delivery.idle()
  // A row that a person changed by hand, or a disk has.
  const { held_json } = await store.db.selectFrom('dispatches').select('held_json').executeTakeFirstOrThrow()
  await store.write(async (trx) => {
    await trx.updateTable('dispatches').set({ held_json: '{"options":1}' }).execute()
  })
  up = true
  clock.pass(hour)
  gateway.delivery.wake()
  await gateway.delivery.idle()
  expect(await gateway.delivery.list({ id })).toMatchObject([
    { state: 'queued', attempts: 2, recipients: [{ state: 'queued', status: '4.3.0' }] },
  ])
  expect(remote.received).toEqual([])
  await store.write(async (trx) => {
    await trx.updateTable('dispatches').set({ held_json }).execute()
  })
  clock.pass(hour)
  gateway.delivery.wake()
  await gateway.delivery.idle()
  expect(await copies(id)).toHaveLength(1)
})
