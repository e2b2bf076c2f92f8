/** What senders are told, asked for in a real SMTP conversation and read back from what the gateway sends. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Definition, defaultDefinitions } from '../../gateway/policy/index.ts'
import { type DeliveryReport, deliveryReport } from '../fixtures/delivery-report.ts'
import { type TestGateway, startTestGateway, testClock } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { queueId } from '../fixtures/stored.ts'
import { type Remote, startRemote } from '../peers/remote.ts'

const ann = 'ann@example.test'
const minute = 60_000
const hour = 60 * minute
/** Stands in every body: it may leave in no report of a held message. */
const canary = 'the heron nests behind the third lock'

let remote: Remote
let gateway: TestGateway
let client: SmtpClient
let features: string[]
const clock = testClock(Date.UTC(2026, 10, 21))
/** What the remote says, by recipient; where nothing stands it takes the message. */
const answers = new Map<string, string>()

async function open(dsn = false): Promise<void> {
  features = ['PIPELINING', '8BITMIME', ...(dsn ? ['DSN'] : [])]
  remote = await startRemote({
    features,
    answer: (command) => {
      const address = /^RCPT TO:<([^>]+)>/.exec(command)?.[1]
      return address === undefined ? undefined : answers.get(address)
    },
  })
  gateway = await startTestGateway({
    now: clock.now,
    settings: { smartHost: `127.0.0.1:${remote.port}`, hostname: 'gateway.example.test' },
  })
  client = await SmtpClient.ready(gateway.smtpPort)
}

beforeEach(() => {
  answers.clear()
})
afterEach(async () => {
  await client[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
  await remote[Symbol.asyncDispose]()
})

const letter = (subject: string, headers: readonly string[] = [], body = canary) =>
  [`From: Ann <${ann}>`, 'To: bob@far.test', `Subject: ${subject}`, 'Message-ID: <one@example.test>']
    .concat(headers, '', body, '')
    .join('\r\n')

/** MAIL and RCPT as given, then the message. Resolves to the queue id. */
async function say(commands: readonly string[], message: string): Promise<string> {
  for (const command of commands) expect(await client.command(command)).toMatch(/^250/)
  await client.command('DATA')
  client.write(message)
  return queueId(await client.command('.'))
}

/** Reports that have left, oldest first. */
async function reports(): Promise<DeliveryReport[]> {
  await gateway.delivery.idle()
  return Promise.all(
    remote.received.filter(({ from }) => from === '').map(({ data }) => deliveryReport(data)),
  )
}

/** Lets time pass as the machine sees it: a look at the queue every few minutes. */
async function pass(time: number): Promise<void> {
  for (let left = time; left > 0; left -= 5 * minute) {
    clock.pass(Math.min(left, 5 * minute))
    gateway.delivery.wake()
    await gateway.delivery.idle()
  }
}

describe('a report of failure', () => {
  test('names each recipient, the remote and its words, and what the client called them', async () => {
    await open()
    answers.set('bob@far.test', '550 5.1.1 There is nobody here of that name')
    answers.set('carl@far.test', '554 5.7.1 We do not want it')
    const id = await say(
      [
        `MAIL FROM:<${ann}> ENVID=order+2B17`,
        'RCPT TO:<bob@far.test> ORCPT=rfc822;Bob+2Bx@old.test',
        'RCPT TO:<carl@far.test>',
        'RCPT TO:<dora@far.test>',
      ],
      letter('plain'),
    )
    const [report, ...more] = await reports()
    expect(more).toEqual([])
    expect(report?.parts).toEqual(['multipart/alternative', 'message/delivery-status', 'text/rfc822-headers'])
    expect(report?.message).toMatchObject({
      'Original-Envelope-Id': 'order+17',
      'Reporting-MTA': 'dns; gateway.example.test',
      'X-Postern-Queue-Id': id,
      'Arrival-Date': 'Sat, 21 Nov 2026 00:00:00 +0000',
    })
    expect(report?.recipients).toEqual([
      {
        'Original-Recipient': 'rfc822; Bob+x@old.test',
        'Final-Recipient': 'rfc822; bob@far.test',
        Action: 'failed',
        Status: '5.1.1',
        'Remote-MTA': 'dns; [127.0.0.1]',
        'Diagnostic-Code': 'smtp; 550 5.1.1 There is nobody here of that name',
        'Last-Attempt-Date': 'Sat, 21 Nov 2026 00:00:00 +0000',
      },
      {
        'Final-Recipient': 'rfc822; carl@far.test',
        Action: 'failed',
        Status: '5.7.1',
        'Remote-MTA': 'dns; [127.0.0.1]',
        'Diagnostic-Code': 'smtp; 554 5.7.1 We do not want it',
        'Last-Attempt-Date': 'Sat, 21 Nov 2026 00:00:00 +0000',
      },
    ])
    expect(report?.mail.subject).toBe('Not delivered to 2 recipients')
    expect(report?.text).toContain('There is nobody here of that name')
    expect(report?.mail.headers.get('auto-submitted')).toBe('auto-replied')
    expect(report?.mail.inReplyTo).toBe('<one@example.test>')
    // The header to know it by, and no more.
    expect(report?.returned).toContain('Subject: plain')
    expect(report?.raw).not.toContain(canary)
    expect(remote.received.map(({ to }) => to)).toContainEqual(['dora@far.test'])
  })

  test('says of what never answered that nobody took it in five days, once, after telling once that it is late', async () => {
    await open()
    answers.set('bob@far.test', '451 4.7.1 Greylisted, come back later')
    await say([`MAIL FROM:<${ann}>`, 'RCPT TO:<bob@far.test>'], letter('plain'))
    await pass(4 * hour - 5 * minute)
    expect(await reports()).toEqual([])
    await pass(5 * minute)
    const [late] = await reports()
    expect(late?.recipients).toEqual([
      {
        'Final-Recipient': 'rfc822; bob@far.test',
        Action: 'delayed',
        Status: '4.7.1',
        'Remote-MTA': 'dns; [127.0.0.1]',
        'Diagnostic-Code': 'smtp; 451 4.7.1 Greylisted, come back later',
        'Last-Attempt-Date': 'Sat, 21 Nov 2026 04:00:00 +0000',
        'Will-Retry-Until': 'Thu, 26 Nov 2026 00:00:00 +0000',
      },
    ])
    expect(late?.mail.subject).toBe('Delayed: not yet delivered to one recipient')
    expect(late?.text).toContain('do not send the message again')
    await pass(5 * 24 * hour)
    const all = await reports()
    expect(all.map(({ recipients }) => recipients[0]?.['Action'])).toEqual(['delayed', 'failed'])
    expect(all[1]?.recipients[0]).toMatchObject({
      Status: '4.4.7',
      'Diagnostic-Code': 'smtp; 451 4.7.1 Greylisted, come back later',
      'Last-Attempt-Date': 'Thu, 26 Nov 2026 00:00:00 +0000',
    })
    expect(await gateway.delivery.list({})).toEqual([])
    const events = await gateway.store.db.selectFrom('events').select('type').orderBy('id').execute()
    expect(events.map(({ type }) => type).filter((type) => /^dela|fail/.test(type))).toEqual([
      'delayed',
      'delivery-failed',
    ])
  })

  test('gives the whole message back where the client asked for that, in the report of failure alone', async () => {
    await open()
    answers.set('bob@far.test', '550 5.1.1 no')
    await say([`MAIL FROM:<${ann}> RET=FULL`, 'RCPT TO:<bob@far.test>'], letter('plain'))
    await say([`MAIL FROM:<${ann}> RET=HDRS`, 'RCPT TO:<bob@far.test>'], letter('plain'))
    const eight = 'Grüße vom Reiher'
    const eightBit = letter('plain', ['Content-Type: text/plain; charset=utf-8'], eight)
    await say(
      [`MAIL FROM:<${ann}> RET=FULL BODY=8BITMIME`, 'RCPT TO:<bob@far.test>'],
      Buffer.from(eightBit).toString('latin1'),
    )
    const [full, headers, inUtf8] = await reports()
    expect(full?.parts.at(-1)).toBe('message/rfc822')
    expect(full?.returned).toContain(`\r\n\r\n${canary}\r\n`)
    expect(headers?.parts.at(-1)).toBe('text/rfc822-headers')
    expect(headers?.raw).not.toContain(canary)
    expect(Buffer.from(inUtf8?.returned ?? '', 'latin1').toString()).toContain(eight)
    // Said of the part and of the whole (RFC 2045 section 6.4).
    expect(inUtf8?.raw.match(/^content-transfer-encoding: 8bit\r$/gim)).toHaveLength(2)
    expect(full?.raw).not.toMatch(/8bit/)
  })

  test('gives the header alone back of what is long', async () => {
    await open()
    answers.set('bob@far.test', '550 5.1.1 no')
    await say(
      [`MAIL FROM:<${ann}> RET=FULL`, 'RCPT TO:<bob@far.test>'],
      letter('plain', [], `${canary}\r\n${'x'.repeat(78)}\r\n`.repeat(12_000)),
    )
    const [report] = await reports()
    expect(report?.parts.at(-1)).toBe('text/rfc822-headers')
    expect(report?.raw).not.toContain(canary)
  })

  test('comes in the language of the organisation', async () => {
    await open()
    const account = await gateway.people.accountByCode('example')
    await gateway.people.changeSettings(account?.id ?? '', { language: 'de' })
    answers.set('bob@far.test', '550 5.1.1 no')
    await say([`MAIL FROM:<${ann}>`, 'RCPT TO:<bob@far.test>'], letter('plain'))
    expect((await reports())[0]?.mail.subject).toBe('Nicht zugestellt an einen Empfänger')
  })

  test('writes an address beyond ASCII as RFC 6533 has it, though its server could not take it', async () => {
    await open()
    await say(
      [
        `MAIL FROM:<${ann}> SMTPUTF8`,
        'RCPT TO:<jürgen@far.test>'.replace('ü', Buffer.from('ü').toString('latin1')),
      ],
      letter('plain'),
    )
    const [report] = await reports()
    expect(report?.recipients).toMatchObject([
      { 'Final-Recipient': 'utf-8; j\\x{FC}rgen@far.test', Action: 'failed', Status: '5.6.7' },
    ])
    expect(report?.recipients[0]?.['Diagnostic-Code']).toMatch(/^x-postern; /)
  })
})

describe('NOTIFY', () => {
  /** [parameter, told of failure, told of delay] */
  test.each([
    ['', true, true],
    [' NOTIFY=NEVER', false, false],
    [' NOTIFY=FAILURE', true, false],
    [' NOTIFY=DELAY', false, true],
    [' NOTIFY=SUCCESS', false, false],
    [' NOTIFY=FAILURE,DELAY', true, true],
  ])('"%s": failure %s, delay %s', async (parameter, failure, delay) => {
    await open()
    answers.set('bob@far.test', '451 4.3.0 later')
    await say([`MAIL FROM:<${ann}>`, `RCPT TO:<bob@far.test>${parameter}`], letter('plain'))
    await pass(5 * hour)
    answers.set('bob@far.test', '550 5.1.1 no')
    await pass(5 * hour)
    expect((await reports()).map(({ recipients }) => recipients[0]?.['Action'])).toEqual([
      ...(delay ? ['delayed'] : []),
      ...(failure ? ['failed'] : []),
    ])
  })

  test('SUCCESS is told by us where the next server does not report, and left to it where it does', async () => {
    await open()
    const commands = [
      `MAIL FROM:<${ann}> ENVID=e1 RET=FULL`,
      'RCPT TO:<bob@far.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@far.test',
      'RCPT TO:<carl@far.test>',
    ]
    await say(commands, letter('plain'))
    const [report, ...more] = await reports()
    expect(more).toEqual([])
    expect(report?.recipients).toEqual([
      {
        'Original-Recipient': 'rfc822; bob@far.test',
        'Final-Recipient': 'rfc822; bob@far.test',
        Action: 'relayed',
        Status: '2.0.0',
        'Remote-MTA': 'dns; [127.0.0.1]',
        'Diagnostic-Code': 'smtp; 250 2.0.0 taken as 1',
        'Last-Attempt-Date': expect.any(String) as string,
      },
    ])
    expect(report?.mail.subject).toBe('Handed on to the mail server of one recipient')
    expect(report?.raw).not.toContain(canary)

    await client[Symbol.asyncDispose]()
    await gateway[Symbol.asyncDispose]()
    await remote[Symbol.asyncDispose]()
    await open(true)
    await say(commands, letter('plain'))
    expect(await reports()).toEqual([])
    expect(remote.received[0]?.parameters).toContain('ENVID=e1')
  })
})

describe('of a held message', () => {
  const held = letter('[secure] The results')

  test('nobody hears more than that its notice did not arrive, whatever RET says', async () => {
    await open()
    answers.set('bob@far.test', '550 5.1.1 nobody')
    await say([`MAIL FROM:<${ann}> RET=FULL ENVID=e1`, 'RCPT TO:<bob@far.test>'], held)
    const [report, ...more] = await reports()
    expect(more).toEqual([])
    expect(report?.parts).toEqual(['multipart/alternative', 'message/delivery-status'])
    expect(report?.message).toMatchObject({ 'Original-Envelope-Id': 'e1' })
    expect(report?.recipients).toMatchObject([
      { 'Final-Recipient': 'rfc822; bob@far.test', Action: 'failed', Status: '5.1.1' },
    ])
    expect(report?.text).toContain('stays sealed in the portal')
    expect(report?.raw).not.toContain('The results')
    for (const { data } of remote.received) expect(data.toString()).not.toContain(canary)
  })

  test('success means held securely, and the notice of it taken', async () => {
    await open(true)
    await say([`MAIL FROM:<${ann}>`, 'RCPT TO:<bob@far.test> NOTIFY=SUCCESS ORCPT=rfc822;b@old.test'], held)
    const [report] = await reports()
    expect(report?.recipients).toMatchObject([
      {
        'Original-Recipient': 'rfc822; b@old.test',
        'Final-Recipient': 'rfc822; bob@far.test',
        Action: 'relayed',
        Status: '2.0.0',
      },
    ])
    expect(report?.mail.subject).toBe('Held securely for one recipient')
    expect(report?.text).toContain('took the notice of it')
    // What the sender asked is not asked of who carries the notice.
    const notices = remote.received.filter(({ from }) => from !== '')
    expect(notices.length).toBeGreaterThan(0)
    for (const { parameters } of notices) expect(parameters).not.toMatch(/ENVID|NOTIFY/)
  })

  test('a notice that is late is told of, and NEVER is kept', async () => {
    await open()
    answers.set('bob@far.test', '451 4.3.0 later')
    answers.set('carl@far.test', '451 4.3.0 later')
    await say([`MAIL FROM:<${ann}>`, 'RCPT TO:<bob@far.test>', 'RCPT TO:<carl@far.test> NOTIFY=NEVER'], held)
    await pass(5 * hour)
    const [report, ...more] = await reports()
    expect(more).toEqual([])
    expect(report?.recipients).toMatchObject([
      { 'Final-Recipient': 'rfc822; bob@far.test', Action: 'delayed' },
    ])
    expect(report?.text).toContain('is in the portal, but we could not yet tell')
  })

  test('nothing of it stands in a report of another recipient who got it in clear', async () => {
    await open()
    const accountId = (await gateway.people.accountByCode('example'))?.id ?? ''
    const hold: Definition = {
      name: 'clinics',
      conditions: [{ type: 'recipient', any: ['@clinic.test'] }],
      outcome: 'hold',
      options: {},
    }
    await gateway.policy.setDefinitions(accountId, [hold, ...defaultDefinitions])
    answers.set('bob@far.test', '550 5.1.1 nobody')
    await say(
      [`MAIL FROM:<${ann}> RET=FULL`, 'RCPT TO:<rita@clinic.test>', 'RCPT TO:<bob@far.test>'],
      letter('Both of you'),
    )
    const [report] = await reports()
    expect(report?.recipients).toMatchObject([{ 'Final-Recipient': 'rfc822; bob@far.test' }])
    expect(report?.parts).toEqual(['multipart/alternative', 'message/delivery-status'])
    expect(report?.raw).not.toContain(canary)
    expect(report?.raw).not.toContain('Both of you')
  })
})

describe('nobody is told of', () => {
  test.each([
    ['an automatic answer', 'Auto-Submitted: auto-replied'],
    ['what a program made', 'Auto-Submitted: auto-generated (nightly)'],
    ['a list', 'List-Id: <all.example.test>'],
    ['a newsletter', 'List-Unsubscribe: <mailto:off@example.test>'],
    ['bulk mail', 'Precedence: bulk'],
    ['what asks for none', 'X-Auto-Response-Suppress: DR, NDR'],
    ['a report', 'Content-Type: multipart/report; report-type=delivery-status; boundary=x'],
  ])('%s', async (_what, header) => {
    await open()
    answers.set('bob@far.test', '550 5.1.1 nobody')
    await say([`MAIL FROM:<${ann}>`, 'RCPT TO:<bob@far.test> NOTIFY=FAILURE'], letter('plain', [header]))
    await say([`MAIL FROM:<${ann}>`, 'RCPT TO:<carl@far.test> NOTIFY=SUCCESS'], letter('plain', [header]))
    await say([`MAIL FROM:<${ann}>`, 'RCPT TO:<bob@far.test>'], letter('[secure] held', [header]))
    expect(await reports()).toEqual([])
    expect(await gateway.delivery.list({ state: 'failed' })).not.toEqual([])
  })

  test('what has no sender', async () => {
    await open()
    answers.set('bob@far.test', '550 5.1.1 nobody')
    await say([`MAIL FROM:<>`, 'RCPT TO:<bob@far.test>'], letter('plain'))
    expect(await reports()).toEqual([])
    expect(await gateway.delivery.list({ state: 'failed' })).toHaveLength(1)
  })

  test('an answer of Auto-Submitted: no, which says that a person wrote it, is no sign', async () => {
    await open()
    answers.set('bob@far.test', '550 5.1.1 nobody')
    await say([`MAIL FROM:<${ann}>`, 'RCPT TO:<bob@far.test>'], letter('plain', ['Auto-Submitted: no']))
    expect(await reports()).toHaveLength(1)
  })
})

test('every log line of a dispatch names the trace of its message', async () => {
  await open()
  answers.set('bob@far.test', '550 5.1.1 nobody')
  const id = await say([`MAIL FROM:<${ann}>`, 'RCPT TO:<bob@far.test>'], letter('plain'))
  await reports()
  const lines = gateway.logged.filter((line) => 'dispatch' in line)
  expect(lines.length).toBeGreaterThan(1)
  expect(new Set(lines.map(({ trace }) => trace))).toEqual(new Set([id]))
})
