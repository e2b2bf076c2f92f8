import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { replyAddress } from '../../gateway/notices/index.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { outboxOf, queueId, stored } from '../fixtures/stored.ts'

const password = 'violet-tractor-hums-42'
const ann = 'ann@example.test'
const bob = 'bob@remote.test'
const plain = `From: ${ann}\r\nTo: ${bob}\r\nSubject: a\r\n\r\nHello\r\n`

let listed: TestGateway
/** The same, but the test's own address is a stranger to it. */
let strict: TestGateway

beforeAll(async () => {
  listed = await startTestGateway()
  strict = await startTestGateway({ settings: { networks: ['192.0.2.0/24'], smtpsPort: 0 } })
  for (const gateway of [listed, strict]) {
    await gateway.people.createAccount({ code: 'other', name: 'Other', domains: ['other.test', 'jõgeva.ee'] })
  }
  const first = strict.firstSignIn
  if (!first) throw new Error('a new gateway has a first administrator')
  const visitor = { ip: '127.0.0.1', agent: 'Test/1.0' }
  const { token } = await strict.signin.signIn({
    address: first.address,
    password: first.password,
    ...visitor,
  })
  await strict.signin.changePassword(token, first.password, password, visitor)
})
afterAll(async () => {
  await listed[Symbol.asyncDispose]()
  await strict[Symbol.asyncDispose]()
})

const authPlain = (address: string, secret: string) =>
  `AUTH PLAIN ${Buffer.from(`\0${address}\0${secret}`).toString('base64')}`

describe('a stranger', () => {
  const attempts: [from: string, to: string][] = [
    [ann, bob],
    ['spammer@evil.test', bob],
    ['', bob],
    [ann, ann],
    ['admin@example.test', 'admin@example.test'],
    [ann, 'bob%remote.test@example.test'],
    [ann, '@example.test:bob@remote.test'],
    [ann, 'bob@[192.0.2.1]'],
    [ann, 'postmaster'],
    [ann, 'r+00000000000000000000000000000000.0000000000000000000000000000@example.test'],
  ]
  for (const [from, to] of attempts) {
    test(`may not send from <${from}> to <${to}>`, async () => {
      const before = await stored(strict)
      await using client = await SmtpClient.ready(strict.smtpPort)
      expect(await client.envelope(from, to)).toMatch(/^55[03] 5\.[17]\.[13] /)
      expect(await client.command('DATA')).toMatch(/^503 /)
      expect(await stored(strict)).toEqual(before)
    })
  }

  test('is not helped by TLS, by a failed sign-in, or by what it calls itself', async () => {
    await using client = await SmtpClient.ready(strict.smtpPort)
    await client.startTls()
    await client.command('EHLO localhost')
    expect(await client.command(authPlain('admin@example.test', 'wrong'))).toMatch(/^535 5\.7\.8 /)
    expect(await client.envelope(ann, bob)).toMatch(/^550 5\.7\.1 /)
  })
})

describe('a listed network', () => {
  test('may send as any domain of the gateway, and as no other', async () => {
    await using client = await SmtpClient.ready(listed.smtpPort)
    expect(queueId(await client.send(ann, bob, plain))).toBeDefined()
    expect(queueId(await client.send('u@other.test', bob, plain))).toBeDefined()
    expect(await client.envelope('ann@sub.example.test', bob)).toMatch(/^550 5\.7\.1 /)
    await client.command('RSET')
    expect(await client.envelope('ann@remote.test', bob)).toMatch(/^550 5\.7\.1 /)
    await client.command('RSET')
    expect(await client.envelope('localonly', bob)).toMatch(/^501 /)
  })

  test('domains in Unicode and as A-labels are the same, and leave as A-labels', async () => {
    await using client = await SmtpClient.ready(listed.smtpPort)
    for (const sender of ['u@xn--jgeva-dua.ee', 'u@XN--JGEVA-DUA.EE']) {
      const recipient = `R${sender.length}@xn--bcher-kva.test`
      expect(queueId(await client.send(sender, recipient, plain))).toBeDefined()
      const entries = (await outboxOf(listed, recipient)).length
      expect(entries).toBeGreaterThan(0)
    }
    const [entry] = await listed.delivery.outbox.list(1)
    expect(entry?.envelopeFrom).toBe('u@xn--jgeva-dua.ee')
  })

  test('a local part beyond ASCII needs SMTPUTF8', async () => {
    await using client = await SmtpClient.ready(listed.smtpPort)
    const utf8 = (text: string) => Buffer.from(`${text}\r\n`)
    client.write(utf8('MAIL FROM:<ann@example.test>'))
    await client.reply()
    client.write(utf8('RCPT TO:<jürgen@remote.test>'))
    expect(await client.reply()).toMatch(/^553 5\.6\.7 /)
    await client.command('RSET')
    client.write(utf8('MAIL FROM:<ann@example.test> SMTPUTF8'))
    await client.reply()
    client.write(utf8('RCPT TO:<jürgen@remote.test>'))
    expect(await client.reply()).toMatch(/^250 /)
  })

  test('relayed recipients keep their letter case', async () => {
    await using client = await SmtpClient.ready(listed.smtpPort)
    await client.send(ann, 'VERP+Ab3=x@Remote.Test', plain)
    expect(await outboxOf(listed, 'VERP+Ab3=x@remote.test')).toHaveLength(1)
  })
})

describe('reports with null sender', () => {
  const report = (from: string) => `From: ${from}\r\nSubject: Undelivered\r\n\r\nSorry.\r\n`

  test('belong to the account that the header names, also as a host below its domain', async () => {
    await using client = await SmtpClient.ready(listed.smtpPort)
    expect(queueId(await client.send('', bob, report('postmaster@example.test')))).toBeDefined()
    expect(queueId(await client.send('', bob, report('Mail <mailer-daemon@mx1.other.test>')))).toBeDefined()
  })

  test('from outside reach an address of the account', async () => {
    await using client = await SmtpClient.ready(listed.smtpPort)
    expect(queueId(await client.send('', ann, report('mailer-daemon@remote.test')))).toBeDefined()
  })

  test('that have nothing to do with the gateway are refused', async () => {
    const before = await stored(listed)
    await using client = await SmtpClient.ready(listed.smtpPort)
    expect(await client.send('', bob, report('mailer-daemon@remote.test'))).toMatch(/^550 5\.7\.1 /)
    expect(await client.send('', bob, 'Subject: no From\r\n\r\n')).toMatch(/^550 5\.7\.1 /)
    expect(await client.send('', [ann, 'u@other.test'], report('x@remote.test'))).toMatch(/^550 5\.7\.1 /)
    expect(await stored(listed)).toEqual(before)
  })
})

describe('signing in', () => {
  test('is offered over TLS alone', async () => {
    await using client = await SmtpClient.connect(strict.smtpPort)
    await client.reply()
    expect(await client.command('EHLO a')).not.toContain('AUTH')
    expect(await client.command(authPlain('admin@example.test', password))).toMatch(/^500 /)
    await client.startTls()
    expect(await client.command('EHLO a')).toMatch(/AUTH PLAIN LOGIN/)
  })

  for (const implicitTls of [false, true]) {
    test(`lets a user send for their own account alone (${implicitTls ? 'implicit TLS' : 'STARTTLS'})`, async () => {
      const port = implicitTls ? (strict.smtpsPort ?? 0) : strict.smtpPort
      await using client = await SmtpClient.ready(port, { implicitTls })
      if (!implicitTls) {
        await client.startTls()
        await client.command('EHLO a')
      }
      expect(await client.command(authPlain('Admin@Example.test', password))).toMatch(/^235 2\.7\.0 /)
      expect(queueId(await client.send(ann, bob, plain))).toBeDefined()
      expect(await client.envelope('u@other.test', bob)).toMatch(/^550 5\.7\.1 /)
      await client.command('RSET')
      expect(queueId(await client.send('', bob, plain))).toBeDefined()
    })
  }

  test('with AUTH LOGIN, a line at a time', async () => {
    await using client = await SmtpClient.ready(strict.smtpsPort ?? 0, { implicitTls: true })
    expect(await client.command('AUTH LOGIN')).toBe('334 VXNlcm5hbWU6')
    await client.command(Buffer.from('admin@example.test').toString('base64'))
    expect(await client.command(Buffer.from(password).toString('base64'))).toMatch(/^235 /)
  })

  test('a wrong password, an unknown address and a recipient of mail get the same answer', async () => {
    await using client = await SmtpClient.ready(strict.smtpsPort ?? 0, { implicitTls: true })
    const answers = new Set<string>()
    for (const address of ['admin@example.test', 'nobody@example.test', bob]) {
      answers.add(await client.command(authPlain(address, 'wrong')))
    }
    expect([...answers]).toEqual(['535 5.7.8 Address or password is wrong'])
  })

  test('no password is in the log', () => {
    expect(JSON.stringify(strict.logged)).not.toContain(password)
  })
})

describe('a reply mailed to a notification', () => {
  /** Makes the gateway hold a message for bob and gives back where a reply to its notification goes. */
  async function heldCopy(): Promise<{ address: string; copyId: string }> {
    await using client = await SmtpClient.ready(strict.smtpsPort ?? 0, { implicitTls: true })
    await client.command(authPlain('admin@example.test', password))
    const id = queueId(
      await client.send(
        'admin@example.test',
        bob,
        `From: admin@example.test\r\nTo: ${bob}\r\nSubject: [secure] a\r\n\r\nx\r\n`,
      ),
    )
    const copy = await strict.store.db
      .selectFrom('copies')
      .select('id')
      .where('message_id', '=', id)
      .executeTakeFirstOrThrow()
    return { address: replyAddress(strict.vault, copy.id, 'example.test'), copyId: copy.id }
  }
  const reply = `From: Bob <${bob}>\r\nSubject: Re: a\r\n\r\nThanks\r\n`

  test('is taken from anyone and reaches the sender', async () => {
    const { address } = await heldCopy()
    await using stranger = await SmtpClient.ready(strict.smtpPort)
    expect(queueId(await stranger.send(bob, address, reply))).toBeDefined()
    const arrived = (await outboxOf(strict, 'admin@example.test')).map((bytes) => bytes.toString())
    expect(arrived.some((text) => text.includes('Thanks'))).toBe(true)
  })

  test('opens no way to anyone else', async () => {
    const { address } = await heldCopy()
    const other = await heldCopy()
    await using stranger = await SmtpClient.ready(strict.smtpPort)
    await stranger.command(`MAIL FROM:<${bob}>`)
    expect(await stranger.command(`RCPT TO:<${address}>`)).toMatch(/^250 /)
    expect(await stranger.command('RCPT TO:<victim@elsewhere.test>')).toMatch(/^550 5\.7\.1 /)
    expect(await stranger.command(`RCPT TO:<${other.address}>`)).toMatch(/^452 4\.5\.3 /)
    expect(await stranger.command(`RCPT TO:<${address}>`)).toMatch(/^250 /)
  })

  test('with one digit changed is refused, and so is a report', async () => {
    const { address } = await heldCopy()
    const forged = address.replace(/(.)@/, (_, last: string) => `${last === '0' ? '1' : '0'}@`)
    await using stranger = await SmtpClient.ready(strict.smtpPort)
    expect(await stranger.envelope(bob, forged)).toMatch(/^550 5\.7\.1 /)
    await stranger.command('RSET')
    expect(await stranger.envelope('', address)).toMatch(/^550 5\.7\.1 /)
  })

  test('of a message that was recalled is refused', async () => {
    const { address, copyId } = await heldCopy()
    await strict.messages.recall(copyId, 'test')
    await using stranger = await SmtpClient.ready(strict.smtpPort)
    expect(await stranger.envelope(bob, address)).toMatch(/^550 5\.1\.1 /)
  })
})
