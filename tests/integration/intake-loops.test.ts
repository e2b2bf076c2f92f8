import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Envelope, identitiesOf, processedField } from '../../gateway/delivery/index.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { clear, queueId, stored } from '../fixtures/stored.ts'
import { until } from '../fixtures/until.ts'
import { freePort } from '../peers/postfix.ts'

let gateway: TestGateway
let client: SmtpClient
let accountId: string
beforeAll(async () => {
  gateway = await startTestGateway()
  accountId = (await gateway.people.accountByCode('example'))?.id ?? ''
})
afterAll(() => gateway[Symbol.asyncDispose]())
beforeEach(async () => {
  client = await SmtpClient.ready(gateway.smtpPort)
  return () => client[Symbol.asyncDispose]()
})

const ann = 'ann@example.test'
const message = (id: number, subject = 'a') =>
  `From: ${ann}\r\nSubject: ${subject}\r\nMessage-ID: <${id}@example.test>\r\n\r\nx\r\n`

/** The field as the gateway puts it on a message that leaves by a smart host, so that it has left so often then. */
function field(times: number, id: number): string {
  const [identity] = identitiesOf((name) => (name === 'message-id' ? [`<${id}@example.test>`] : []))
  const mac = (purpose: string, data: string | Uint8Array) => gateway.vault.mac(purpose, data)
  return processedField(mac, { accountId, identity, passes: times - 1 })
}

async function passes(id: string): Promise<number | undefined> {
  const { envelope_json } = await gateway.store.db
    .selectFrom('messages')
    .select('envelope_json')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return Envelope.parse(JSON.parse(envelope_json ?? '')).processed?.passes
}

test('a message that comes back is counted, up to four times, and its old field does not leave again', async () => {
  expect(await passes(queueId(await client.send(ann, 'bob@remote.test', message(1))))).toBe(0)
  for (const times of [1, 2, 3, 4]) {
    const id = queueId(await client.send(ann, 'bob@remote.test', field(times, 1) + message(1)))
    expect(await passes(id)).toBe(times)
    expect((await clear(gateway, id)).toString()).not.toContain('X-Postern')
  }
})

test('one that comes back a fifth time is refused, with what the administrator is to do', async () => {
  const before = await stored(gateway)
  expect(await client.send(ann, 'bob@remote.test', field(5, 1) + message(1))).toBe(
    '554 5.4.6 The message came back 5 times. The rule of your mail server that sends mail here must leave out mail that has the header X-Postern-Processed',
  )
  expect(await stored(gateway)).toEqual(before)
  expect(await client.command('NOOP')).toMatch(/^250 /)
})

test('what was made up, or belongs to another message, counts nothing', async () => {
  for (const odd of [
    field(5, 2),
    'X-Postern-Processed: 9 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n',
    'X-Postern-Processed:\r\n',
  ]) {
    const id = queueId(await client.send(ann, 'bob@remote.test', odd + message(1)))
    expect(await passes(id)).toBe(0)
    expect((await clear(gateway, id)).toString()).not.toContain('X-Postern')
  }
})

test('the field exempts from nothing: policy decides anew', async () => {
  const id = queueId(await client.send(ann, 'bob@remote.test', field(1, 3) + message(3, '[secure] a')))
  const copies = await gateway.store.db
    .selectFrom('copies')
    .select('address')
    .where('message_id', '=', id)
    .execute()
  expect(copies).toEqual([{ address: 'bob@remote.test' }])
})

test('what the gateway writes itself goes in no circle either', async () => {
  const smtpPort = await freePort()
  await using circle = await startTestGateway({ settings: { smtpPort, smartHost: `127.0.0.1:${smtpPort}` } })
  await using sender = await SmtpClient.ready(smtpPort)
  queueId(await sender.send(ann, 'bob@remote.test', message(1, '[secure] a')))
  const failed = async () =>
    (
      await circle.store.db.selectFrom('dispatches').selectAll().where('state', '=', 'failed').execute()
    ).filter(({ recipients_json }) => recipients_json.includes('554 5.4.6 The message came back 5 times'))
  // The notification and the sign-in details, then relayed like any mail.
  await until(async () => (await failed()).length >= 2, 'both notices have come back too often')
  expect((await failed()).map(({ envelope_from }) => envelope_from)).toContain('postern@example.test')
})

test('a mail server that sends everything back does not make mail go in circles for ever', async () => {
  const smtpPort = await freePort()
  await using circle = await startTestGateway({ settings: { smtpPort, smartHost: `127.0.0.1:${smtpPort}` } })
  await using sender = await SmtpClient.ready(smtpPort)
  queueId(await sender.send(ann, 'bob@remote.test', message(1)))
  const dispatches = () =>
    circle.store.db.selectFrom('dispatches').select(['state', 'envelope_from', 'recipients_json']).execute()
  const failed = async (from: string) =>
    (await dispatches()).filter(({ state, envelope_from }) => state === 'failed' && envelope_from === from)
  // The message, and then the report about it, which goes to the same server.
  await until(async () => (await failed('')).length > 0, 'the report has come back too often as well')
  const all = await dispatches()
  expect(all.filter(({ envelope_from }) => envelope_from === ann)).toHaveLength(5)
  expect(await failed(ann)).toHaveLength(1)
  expect((await failed(ann))[0]?.recipients_json).toContain('554 5.4.6 The message came back 5 times')
  expect(all.filter(({ state }) => state === 'queued')).toEqual([])
})
