import { once } from 'node:events'
import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DispatchRecipient, Envelope } from '../../gateway/delivery/index.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { queueId } from '../fixtures/stored.ts'
import { swaks } from '../peers/swaks.ts'

let gateway: TestGateway
let client: SmtpClient
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())
beforeEach(async () => {
  client = await SmtpClient.ready(gateway.smtpPort)
  return () => client[Symbol.asyncDispose]()
})

const ann = 'ann@example.test'
const plain = `From: ${ann}\r\nSubject: a\r\n\r\nx\r\n`

const asked = async (id: string) => {
  const { envelope_from, envelope_json } = await gateway.store.db
    .selectFrom('messages')
    .select(['envelope_from', 'envelope_json'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const { eightBit, utf8, requireTls, ret, envid } = Envelope.parse(JSON.parse(envelope_json ?? ''))
  return { from: envelope_from, eightBit, utf8, requireTls, ret, envid }
}

const dispatched = (id: string) =>
  gateway.store.db
    .selectFrom('dispatches')
    .select(['recipients_json', 'tls', 'held_json'])
    .where('message_id', '=', id)
    .where('kind', '=', 'message')
    .execute()

const recipients = async (id: string) => {
  const rows = await dispatched(id)
  return rows
    .flatMap((row) => DispatchRecipient.array().parse(JSON.parse(row.recipients_json)))
    .map(({ address, notify, orcpt }) => [address, notify, orcpt])
    .sort(([a], [b]) => String(a).localeCompare(String(b)))
}

/** MAIL and RCPT as given, then the message. Gives back the answer to it, or the first that is no yes. */
async function say(...commands: string[]): Promise<string> {
  for (const command of commands) {
    const reply = await client.command(command)
    if (!reply.startsWith('250')) return reply
  }
  await client.command('DATA')
  client.write(plain)
  return client.command('.')
}

async function startTls(): Promise<string> {
  await client.startTls()
  return client.command('EHLO client.test')
}

describe('what the client asks of reports (RFC 3461)', () => {
  test('is kept as it was said, letter case and encoding, for each recipient', async () => {
    const id = queueId(
      await say(
        'MAIL FROM:<Ann@EXAMPLE.test> RET=hdrs ENVID=QQ+2B314+3D',
        'RCPT TO:<Bob@Remote.test> NOTIFY=success,FAILURE ORCPT=rfc822;Bob+2Bnews@Remote.test',
        'RCPT TO:<carl@remote.test> notify=never',
        'RCPT TO:<dora@remote.test>',
      ),
    )
    expect(await asked(id)).toMatchObject({ from: 'Ann@example.test', ret: 'hdrs', envid: 'QQ+2B314+3D' })
    expect(await recipients(id)).toEqual([
      ['Bob@remote.test', ['success', 'failure'], 'rfc822;Bob+2Bnews@Remote.test'],
      ['carl@remote.test', ['never'], undefined],
      ['dora@remote.test', undefined, undefined],
    ])
  })

  test('counts as it was said last, where a recipient is named twice', async () => {
    const id = queueId(
      await say(
        `MAIL FROM:<${ann}>`,
        'RCPT TO:<bob@remote.test> NOTIFY=NEVER',
        'RCPT TO:<BOB@remote.test> NOTIFY=DELAY,DELAY',
        'RCPT TO:<carl@remote.test> NOTIFY=NEVER',
        'RCPT TO:<Carl@remote.test>',
      ),
    )
    expect(await recipients(id)).toEqual([
      ['BOB@remote.test', ['delay'], undefined],
      ['Carl@remote.test', undefined, undefined],
    ])
  })

  test('is not carried over to the next message', async () => {
    await say(
      `MAIL FROM:<${ann}> RET=FULL ENVID=one BODY=8BITMIME SMTPUTF8`,
      'RCPT TO:<b@remote.test> NOTIFY=NEVER',
    )
    const id = queueId(await say(`MAIL FROM:<${ann}>`, 'RCPT TO:<b@remote.test>'))
    expect(await asked(id)).toEqual({
      from: ann,
      eightBit: false,
      utf8: false,
      requireTls: false,
      ret: null,
      envid: null,
    })
    expect(await recipients(id)).toEqual([['b@remote.test', undefined, undefined]])
  })

  test('comes from a mail program of today as well', async () => {
    const connection = new SMTPConnection({ host: '127.0.0.1', port: gateway.smtpPort, ignoreTLS: true })
    connection.connect()
    await once(connection, 'connect')
    const dsn = { return: 'full', envid: 'a b+c', notify: 'success', recipient: 'Bob@remote.test' } as const
    const envelope = { from: ann, to: ['bob@remote.test'], use8BitMime: true, dsn }
    const reply = await new Promise<string>((resolve, reject) => {
      connection.send(envelope, plain, (error, info) => (error ? reject(error) : resolve(info.response)))
    })
    connection.quit()
    expect(await asked(queueId(reply))).toMatchObject({ eightBit: true, ret: 'full', envid: 'a+20b+2Bc' })
    expect(await recipients(queueId(reply))).toEqual([
      ['bob@remote.test', ['success'], 'rfc822;Bob@remote.test'],
    ])
  })
})

describe('a parameter that is malformed is refused, in words, and the session goes on', () => {
  const table: [command: string, answer: RegExp][] = [
    [`MAIL FROM:<${ann}> RET=SOME`, /^501 5\.5\.4 .*FULL or HDRS/],
    [`MAIL FROM:<${ann}> RET`, /^501 5\.5\.4 .*RET/],
    [`MAIL FROM:<${ann}> RET=FULL RET=HDRS`, /^501 5\.5\.4 .*duplicate RET/],
    [`MAIL FROM:<${ann}> ENVID=a+0D+0Ab`, /^501 5\.5\.4 ENVID /],
    [`MAIL FROM:<${ann}> BODY=BINARYMIME`, /^501 5\.5\.4 .*7BIT or 8BITMIME/],
    [`MAIL FROM:<${ann}> SIZE=many`, /^501 5\.5\.4 .*size/],
    [`MAIL FROM:<${ann}> SMTPUTF8=yes`, /^501 5\.5\.4 SMTPUTF8 /],
    [`MAIL FROM:<${ann}> REQUIRETLS`, /^530 5\.7\.0 REQUIRETLS /],
    [`MAIL FROM:<${ann}> PRIORITY=9`, /^555 5\.5\.4 .*PRIORITY/],
    ['RCPT TO:<b@remote.test> NOTIFY=SOMETIMES', /^501 5\.5\.4 .*NOTIFY/],
    ['RCPT TO:<b@remote.test> NOTIFY=NEVER,DELAY', /^501 5\.5\.4 .*NOTIFY=NEVER/],
    ['RCPT TO:<b@remote.test> NOTIFY=', /^501 5\.5\.4 /],
    ['RCPT TO:<b@remote.test> NOTIFY=NEVER NOTIFY=NEVER', /^501 5\.5\.4 .*duplicate NOTIFY/],
    ['RCPT TO:<b@remote.test> ORCPT=b@remote.test', /^501 5\.5\.4 ORCPT /],
    ['RCPT TO:<b@remote.test> ORCPT=rfc822;a+zz', /^501 5\.5\.4 .*ORCPT/],
    ['RCPT TO:<b@remote.test> RET=FULL', /^555 5\.5\.4 .*RET/],
  ]
  for (const [command, answer] of table) {
    test(command, async () => {
      if (command.startsWith('RCPT')) await client.command(`MAIL FROM:<${ann}>`)
      expect(await client.command(command)).toMatch(answer)
      await client.command('RSET')
      expect(queueId(await say(`MAIL FROM:<${ann}>`, 'RCPT TO:<b@remote.test>'))).toBeDefined()
    })
  }
})

describe('REQUIRETLS (RFC 8689)', () => {
  test('is offered where TLS is on, and there alone', async () => {
    expect(await client.command('EHLO client.test')).not.toContain('REQUIRETLS')
    expect(await startTls()).toContain('REQUIRETLS')
  })

  test('has the message leave over verified TLS or not at all', async () => {
    await startTls()
    const id = queueId(await say(`MAIL FROM:<${ann}> REQUIRETLS`, 'RCPT TO:<b@remote.test>'))
    expect((await asked(id)).requireTls).toBe(true)
    expect(await dispatched(id)).toMatchObject([{ tls: 'require', held_json: null }])
    const next = queueId(await say(`MAIL FROM:<${ann}>`, 'RCPT TO:<b@remote.test>'))
    expect(await dispatched(next)).toMatchObject([{ tls: 'may' }])
  })
})

describe('internationalised addresses', () => {
  test('a domain is kept as A-labels, however it was written', async () => {
    const id = queueId(
      await say(
        `MAIL FROM:<${ann}> SMTPUTF8`,
        'RCPT TO:<U@xn--jgeva-dua.ee>',
        Buffer.from('RCPT TO:<v@Jõgeva.ee>').toString('latin1'),
        'RCPT TO:<w@XN--JGEVA-DUA.EE>',
        'RCPT TO:<x@fa\u00c3\u009f.test>',
        'RCPT TO:<y@xn--fa-hia.test>',
      ),
    )
    expect((await recipients(id)).map(([address]) => address)).toEqual([
      'U@xn--jgeva-dua.ee',
      'v@xn--jgeva-dua.ee',
      'w@xn--jgeva-dua.ee',
      'x@xn--fa-hia.test',
      'y@xn--fa-hia.test',
    ])
    expect((await asked(id)).utf8).toBe(true)
  })

  test('an A-label is not made another one', async () => {
    // Of Ä, in upper case: smtp-server made Unicode of it, and that would have become the name with ä.
    const id = queueId(await say(`MAIL FROM:<${ann}>`, 'RCPT TO:<u@xn--7ba.test>'))
    expect((await recipients(id)).map(([address]) => address)).toEqual(['u@xn--7ba.test'])
  })

  test('a local part beyond ASCII needs SMTPUTF8, of sender and recipient', async () => {
    const jörg = Buffer.from('jörg').toString('latin1')
    const needs = /^553 5\.6\.7 .*SMTPUTF8/
    expect(await say(`MAIL FROM:<${ann}>`, `RCPT TO:<${jörg}@remote.test>`)).toMatch(needs)
    await client.command('RSET')
    expect(await say(`MAIL FROM:<${jörg}@example.test>`, 'RCPT TO:<b@remote.test>')).toMatch(needs)
    await client.command('RSET')
    const id = queueId(
      await say(`MAIL FROM:<${jörg}@example.test> SMTPUTF8`, `RCPT TO:<${jörg}@remote.test>`),
    )
    expect((await asked(id)).from).toBe('jörg@example.test')
    expect((await recipients(id)).map(([address]) => address)).toEqual(['jörg@remote.test'])
  })

  test('bytes that are no UTF-8 are no address', async () => {
    expect(await say(`MAIL FROM:<${ann}> SMTPUTF8`, 'RCPT TO:<j\xf6rg@remote.test>')).toMatch(
      /^5\d\d 5\.1\.3 /,
    )
  })
})

test('swaks is offered reports, and sends to addresses of both kinds', async () => {
  const to = ['b@xn--jgeva-dua.ee', 'Carl@remote.test']
  const transcript = await swaks({ port: gateway.smtpPort, from: ann, to, data: plain })
  const id = /queued as ([0-9a-z]{26})/.exec(transcript)?.[1] ?? ''
  expect(transcript).toMatch(/250-DSN/)
  expect((await recipients(id)).map(([address]) => address)).toEqual(to)
})
