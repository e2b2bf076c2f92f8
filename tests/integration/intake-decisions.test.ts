import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Definition, defaultDefinitions } from '../../gateway/policy/index.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { clear, outboxOf, queueId, stored } from '../fixtures/stored.ts'

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
const rule = (any: string[], outcome: Definition['outcome'], more: Partial<Definition> = {}): Definition => ({
  name: `${outcome} ${any.join()}`,
  conditions: [{ type: 'recipient', any }],
  outcome,
  options: {},
  ...more,
})

async function held(id: string): Promise<string[]> {
  const rows = await gateway.store.db
    .selectFrom('copies')
    .select('address')
    .where('message_id', '=', id)
    .orderBy('address')
    .execute()
  return rows.map((row) => row.address)
}

/** Whether the message itself, not a notice about it, left for this address. */
async function relayed(address: string): Promise<boolean> {
  return (await outboxOf(gateway, address)).some(
    (bytes) => !/^Auto-Submitted:/im.test(bytes.toString('latin1')),
  )
}

test('one message is held for some and relayed to others', async () => {
  await gateway.policy.setDefinitions(accountId, [rule(['@clinic.test'], 'hold'), ...defaultDefinitions])
  const recipients = ['rita@clinic.test', 'Bob@remote.test', 'RALF@CLINIC.TEST']
  const id = queueId(await client.send(ann, recipients, `From: ${ann}\r\nSubject: split\r\n\r\nx\r\n`))
  expect(await held(id)).toEqual(['ralf@clinic.test', 'rita@clinic.test'])
  expect(await relayed('Bob@remote.test')).toBe(true)
  expect(await relayed('rita@clinic.test')).toBe(false)
  expect(await relayed('ralf@clinic.test')).toBe(false)
})

test('a message that may not go to one recipient is refused for all, in the words of the definition', async () => {
  await gateway.policy.setDefinitions(accountId, [
    rule(['@rival.test'], 'refuse', { refusal: 'Nothing goes to our rival' }),
  ])
  const before = await stored(gateway)
  const reply = await client.send(ann, ['bob@remote.test', 'x@rival.test'], `From: ${ann}\r\n\r\nx\r\n`)
  expect(reply).toBe('550 5.7.1 Nothing goes to our rival')
  expect(await stored(gateway)).toEqual(before)
  expect(await client.command('NOOP')).toMatch(/^250 /)
})

test('what requires TLS is held a moment later, where nobody offers it', async () => {
  await gateway.policy.setDefinitions(accountId, [rule(['@bank.test'], 'require-tls')])
  const id = queueId(await client.send(ann, 'Berta@bank.test', `From: ${ann}\r\n\r\nx\r\n`))
  await expect.poll(() => held(id)).toEqual(['berta@bank.test'])
  expect(await relayed('Berta@bank.test')).toBe(false)
  expect((await outboxOf(gateway, 'berta@bank.test')).length).toBeGreaterThan(0)
})

test('an answer to a held message is held without any tag, for people outside alone', async () => {
  await gateway.policy.setDefinitions(accountId, defaultDefinitions)
  const first = `From: ${ann}\r\nSubject: [secure] a\r\nMessage-ID: <first@example.test>\r\n\r\nx\r\n`
  queueId(await client.send(ann, 'rita@clinic.test', first))

  for (const field of [
    'In-Reply-To: <first@example.test>',
    'References: <0@x.test>\r\n <first@example.test>',
  ]) {
    const answer = `From: ${ann}\r\nSubject: Re: a\r\n${field}\r\n\r\ny\r\n`
    const id = queueId(await client.send(ann, ['rita@clinic.test', 'carl@example.test'], answer))
    expect(await held(id)).toEqual(['rita@clinic.test'])
  }
  const other = `From: ${ann}\r\nSubject: Re: a\r\nIn-Reply-To: <other@example.test>\r\n\r\ny\r\n`
  expect(await held(queueId(await client.send(ann, 'rita@clinic.test', other)))).toEqual([])
})

test('an automatic reply in a secure thread passes', async () => {
  const away = `From: ${ann}\r\nSubject: Away\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: <first@example.test>\r\n\r\ny\r\n`
  expect(await held(queueId(await client.send('', 'rita@clinic.test', away)))).toEqual([])
})

test('blind recipients and what controls the gateway leave with nobody', async () => {
  const id = queueId(
    await client.send(
      ann,
      ['rita@clinic.test', 'blind@clinic.test'],
      `Bcc: blind@clinic.test\r\nFrom: ${ann}\r\nX-Postern-Secure: yes\r\nTo: rita@clinic.test\r\n` +
        'Resent-Bcc: blind@clinic.test\r\n\r\nx\r\n',
    ),
  )
  expect(await held(id)).toEqual(['blind@clinic.test', 'rita@clinic.test'])
  const text = (await clear(gateway, id)).toString()
  expect(text).not.toMatch(/blind|postern-secure|bcc/i)
  expect(text).toContain(`From: ${ann}\r\nTo: rita@clinic.test\r\n\r\nx\r\n`)
})

test("a sender's tag sets the options of the copy", async () => {
  const message = `From: ${ann}\r\nSubject: =?utf-8?Q?=5Bsecure_expires=3D2d_noprint=5D_H=C3=BCte?=\r\n\r\nx\r\n`
  const id = queueId(await client.send(ann, 'rita@clinic.test', message))
  const person = await gateway.people.personByAddress('rita@clinic.test')
  const copy = await gateway.store.db
    .selectFrom('copies')
    .select('id')
    .where('message_id', '=', id)
    .executeTakeFirstOrThrow()
  if (!person) throw new Error('the recipient was not made')
  const view = await gateway.messages.open(person, copy.id)
  expect(view.permissions.print).toBe(false)
  expect(view.setBy['print']).toBe('sender')
  expect((view.expiresAt ?? 0) - view.at).toBe(2 * 86_400_000)
})
