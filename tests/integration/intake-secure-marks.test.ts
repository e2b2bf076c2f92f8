import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Definition, defaultDefinitions } from '../../gateway/policy/index.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { queueId, stored } from '../fixtures/stored.ts'

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
afterEach(() => gateway.policy.setDefinitions(accountId, defaultDefinitions))

const ann = 'ann@example.test'
const bob = 'bob@remote.test'

/** For whom it is held, and how many are sent the message itself. */
async function became(id: string): Promise<{ held: string[]; sent: number }> {
  const copies = await gateway.store.db
    .selectFrom('copies')
    .select('address')
    .where('message_id', '=', id)
    .orderBy('address')
    .execute()
  const dispatches = await gateway.store.db
    .selectFrom('dispatches')
    .select('id')
    .where('message_id', '=', id)
    .where('kind', '=', 'message')
    .execute()
  return { held: copies.map(({ address }) => address), sent: dispatches.length }
}

const isHeld = { held: [bob], sent: 0 }
const isSent = { held: [], sent: 1 }

/** Nothing of the message is kept, and the connection is still good. */
async function refusal(from: string, to: string | string[], data: string): Promise<string> {
  const before = await stored(gateway)
  const reply = await client.send(from, to, data)
  expect(await stored(gateway)).toEqual(before)
  expect(await client.command('RSET')).toMatch(/^250 /)
  return reply
}

describe('a message is held, however its mark is written', () => {
  const long = 'x'.repeat(900)
  const marks: [what: string, fields: string][] = [
    ['in the subject', 'Subject: [secure] a'],
    ['in round brackets and capitals at the end', 'SUBJECT: a (SECURE)'],
    ['with the obsolete space before the colon', 'Subject : {secure} a'],
    ['on the folded second line', 'Subject: a\r\n [secure]'],
    ['on a subject that begins with a folded line', 'Subject:\r\n\t[secure] a'],
    ['with its options on the next line', 'Subject: [secure\r\n expires=2d] a'],
    ['far down a long subject', `Subject: ${`${long}\r\n `.repeat(30)}[secure]`],
    ['with more options than anyone reads', `Subject: [secure ${'x '.repeat(400)}] a`],
    ['in an encoded word', 'Subject: =?utf-8?B?W3NlY3VyZV0gSGk=?='],
    ['in one of lower case, with a language', 'Subject: =?UTF-8*en?q?=5bsecure=5d_Hi?='],
    ['in one of a character set nobody knows', 'Subject: =?x-none?Q?=5Bsecure=5D_Hi?='],
    ['in one that has spaces where it must not', 'Subject: =?utf-8?Q?[secure] Hi?='],
    ['cut over two encoded words', 'Subject: =?utf-8?Q?=5Bsec?=\r\n =?utf-8?Q?ure=5D_Hi?='],
    [
      'in UTF-16 and in UTF-7',
      'Subject: =?utf-16be?B?AFsAcwBlAGMAdQByAGUAXQ==?= =?utf-7?Q?+AFs-secure+AF0-?=',
    ],
    ['in letters of full width', 'Subject: \xef\xbc\xbbsecure\xef\xbc\xbd a'],
    ['with a soft hyphen and a joiner in it', 'Subject: [sec\xc2\xadure\xe2\x80\x8b] a'],
    ['in the second of two subjects', 'Subject: a\r\nSubject: [secure] b'],
    ['in the first of two subjects', 'Subject: [secure] b\r\nSubject: a'],
    ['below a line that is no field', 'this is no field\r\nSubject: [secure] a'],
    ['by the header', 'Subject: a\r\nX-Postern-Secure: yes'],
    ['by the header in odd case', 'x-pOSTERN-secure:YES'],
    ['by the header, folded', 'X-Postern-Secure:\r\n\tYes '],
    ['by one of two headers that say different things', 'X-Postern-Secure: no\r\nX-Postern-Secure: yes'],
    ["by Outlook's sensitivity", 'Sensitivity: company-confidential'],
  ]
  for (const [what, fields] of marks) {
    test(what, async () => {
      const id = queueId(await client.send(ann, bob, `From: ${ann}\r\n${fields}\r\n\r\nx\r\n`))
      expect(await became(id)).toEqual(isHeld)
    })
  }

  test('and options count, in whichever of two subjects they stand', async () => {
    const data = `From: ${ann}\r\nSubject: a\r\nSubject: [secure expires=2d] b\r\n\r\nx\r\n`
    const id = queueId(await client.send(ann, bob, data))
    const { received_at, expires_at } = await gateway.store.db
      .selectFrom('messages')
      .select(['received_at', 'expires_at'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect((expires_at ?? 0) - received_at).toBe(2 * 86_400_000)
  })

  test('for every recipient, blind ones and people inside as well', async () => {
    const to = [bob, 'blind@remote.test', 'carl@example.test']
    const id = queueId(
      await client.send(ann, to, `From: ${ann}\r\nTo: ${bob}\r\nSubject: [secure] a\r\n\r\nx\r\n`),
    )
    expect(await became(id)).toEqual({ held: [...to].sort(), sent: 0 })
  })
})

describe('what is to be held and cannot be is refused, never sent in clear', () => {
  const secure = `From: ${ann}\r\nSubject: [secure] a\r\n\r\nx\r\n`

  test('from a sender of no organisation here', async () => {
    expect(await refusal('eve@elsewhere.test', bob, secure)).toBe(
      "550 5.7.1 The sender's domain is not one of this gateway",
    )
  })

  test('from nobody, with nobody in From either', async () => {
    const report = 'Subject: [secure] a\r\n\r\nx\r\n'
    expect(await refusal('', bob, report)).toBe(
      '550 5.7.1 Neither the sender nor the recipients of this report belong to this gateway',
    )
    expect(await refusal('', 'carl@example.test', report)).toBe(
      '550 5.7.1 This message is to be kept secure, but it has neither a sender nor a From address',
    )
    expect(await refusal('', 'carl@example.test', `From: carl\r\n${report}`)).toMatch(/^550 5\.7\.1 .*From/)
  })

  for (const address of [
    '"bob smith"@remote.test',
    '"bob"@remote.test',
    'bob@[192.0.2.1]',
    'bob@remote_.-.test',
  ]) {
    test(`to ${address}, and to others beside it`, async () => {
      expect(await refusal(ann, address, secure)).toMatch(/^5\d\d 5\.1\.3 /)
      expect(await refusal(ann, [bob, address], secure)).toMatch(/^5\d\d 5\.1\.3 /)
    })
  }

  test('with a header too large to be read', async () => {
    const filler = `X-Filler: ${'x'.repeat(900)}\r\n`.repeat(300)
    expect(await refusal(ann, bob, filler + secure)).toBe(
      '552 5.3.4 The message header is larger than 262144 bytes',
    )
  })

  test('where it cannot be decided, it is put off', async () => {
    await using broken = await startTestGateway()
    const account = await broken.people.accountByCode('example')
    const rule_json = JSON.stringify({
      ...defaultDefinitions[0],
      conditions: [{ type: 'text', pattern: 'x' }],
    })
    await broken.store.write(async (trx) => {
      await trx
        .insertInto('definitions')
        .values({ id: 'd', account_id: account?.id ?? '', position: 0, rule_json, enabled: 1 })
        .execute()
    })
    await using other = await SmtpClient.ready(broken.smtpPort)
    expect(await other.send(ann, bob, secure)).toMatch(/^451 4\.3\.0 /)
    expect((await stored(broken)).messages).toBe(0)
  })
})

describe('bounces and automatic replies', () => {
  const original = 'Message-ID: <secret@example.test>\r\n'
  const bounce =
    `From: MAILER-DAEMON@mail.example.test\r\nSubject: Undelivered\r\nIn-Reply-To: <secret@example.test>\r\n` +
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b--\r\n'
  const away = (subject: string) =>
    `From: ${ann}\r\nSubject: ${subject}\r\nAuto-Submitted: auto-replied (vacation)\r\n` +
    'In-Reply-To: <secret@example.test>\r\n\r\nAway.\r\n'

  beforeAll(async () => {
    await using first = await SmtpClient.ready(gateway.smtpPort)
    queueId(await first.send(ann, bob, `From: ${ann}\r\nSubject: [secure] a\r\n${original}\r\nx\r\n`))
  })

  test('pass, also in a thread that is secure', async () => {
    expect(await became(queueId(await client.send('', bob, bounce)))).toEqual(isSent)
    expect(await became(queueId(await client.send('', bob, away('Away'))))).toEqual(isSent)
    expect(await became(queueId(await client.send(ann, bob, away('Away'))))).toEqual(isSent)
  })

  test('are no more than they say: an answer that only asks not to be answered is a person’s', async () => {
    for (const field of ['X-Auto-Response-Suppress: All', 'Auto-Submitted: no', 'Precedence: bulk']) {
      const data = `From: ${ann}\r\nSubject: Re: a\r\n${field}\r\nReferences: <secret@example.test>\r\n\r\nx\r\n`
      expect(await became(queueId(await client.send(ann, bob, data)))).toEqual(isHeld)
    }
  })

  test('with a mark are held like anything else', async () => {
    expect(await became(queueId(await client.send('', bob, away('Re: [secure] a'))))).toEqual(isHeld)
    expect(await became(queueId(await client.send(ann, bob, away('Re: (secure) a'))))).toEqual(isHeld)
    const marked = `X-Postern-Secure: yes\r\n${bounce}`
    expect(await became(queueId(await client.send('', bob, marked)))).toEqual(isHeld)
  })

  test('that a definition names become what it says', async () => {
    const named = (outcome: Definition['outcome']): Definition => ({
      name: 'Automatic',
      conditions: [{ type: 'header', name: 'Auto-Submitted' }],
      outcome,
      options: {},
    })
    await gateway.policy.setDefinitions(accountId, [named('hold')])
    expect(await became(queueId(await client.send('', bob, away('Away'))))).toEqual(isHeld)
    await gateway.policy.setDefinitions(accountId, [named('refuse')])
    expect(await refusal('', bob, away('Away'))).toBe(
      '550 5.7.1 This message is not allowed by your organisation',
    )
    expect(await became(queueId(await client.send('', bob, bounce)))).toEqual(isSent)
  })
})
