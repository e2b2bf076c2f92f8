import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { queueId } from '../fixtures/stored.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ settings: { smtpsPort: 0, hostname: 'gw.example.test' } })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const ann = 'ann@example.test'
const message = `From: ${ann}\r\nSubject: [secure] a\r\n\r\nHello\r\n`

test('a message comes in over STARTTLS and over implicit TLS', async () => {
  await using plain = await SmtpClient.ready(gateway.smtpPort)
  expect(await plain.startTls()).toMatch(/^220 /)
  // RFC 3207 section 4.2: what was said before is forgotten.
  expect(await plain.command(`MAIL FROM:<${ann}>`)).toMatch(/^503 /)
  expect(await plain.command('EHLO a')).not.toContain('STARTTLS')
  expect(queueId(await plain.send(ann, 'bob@remote.test', message))).toBeDefined()

  await using implicit = await SmtpClient.ready(gateway.smtpsPort ?? 0, { implicitTls: true })
  expect(queueId(await implicit.send(ann, 'bob@remote.test', message))).toBeDefined()
})

test('the certificate has the name of the gateway and is its own, not the published one of the library', async () => {
  const socket = tls.connect({ port: gateway.smtpsPort ?? 0, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  expect(socket.getPeerCertificate().subject.CN).toBe('gw.example.test')
  expect(['TLSv1.2', 'TLSv1.3']).toContain(socket.getProtocol())
  socket.destroy()
})

test('TLS 1.1 is not spoken', async () => {
  const socket = tls.connect({
    port: gateway.smtpsPort ?? 0,
    rejectUnauthorized: false,
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1',
    ciphers: 'ALL:@SECLEVEL=0',
  })
  await expect(once(socket, 'secureConnect')).rejects.toThrow()
})

for (const injected of [
  'EHLO evil.test\r\n',
  `EHLO evil.test\r\nMAIL FROM:<${ann}>\r\nRCPT TO:<victim@remote.test>\r\n`,
  'NOOP ',
  `${'NOOP\r\n'.repeat(500)}MAIL FROM:<${ann}>\r\n`,
]) {
  test(`plain text after STARTTLS is not taken into the session: ${JSON.stringify(injected.slice(0, 40))}`, async () => {
    await using client = await SmtpClient.ready(gateway.smtpPort)
    client.write(`STARTTLS\r\n${injected}`)
    expect(await client.reply()).toMatch(/^220 /)
    await client.secure()
    // The first reply inside TLS is the one to our own first command.
    expect(await client.command('EHLO client.test')).toMatch(/^250-/)
    expect(await client.command('RCPT TO:<victim@remote.test>')).toMatch(/^503 /)
    expect(await client.command('NOOP')).toMatch(/^250 /)
  })
}

test('half a handshake and noise instead of one do no harm', async () => {
  for (const port of [gateway.smtpPort, gateway.smtpsPort ?? 0]) {
    const socket = net.connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('\x16\x03\x01 not a handshake\r\n\r\n')
    await new Promise((resolve) => setTimeout(resolve, 20))
    socket.destroy()
  }
  await using client = await SmtpClient.ready(gateway.smtpPort)
  await client.command('STARTTLS')
  client.write('QUIT\r\n')
  await client.rest()
  await using next = await SmtpClient.ready(gateway.smtpPort)
  expect(await next.command('NOOP')).toMatch(/^250 /)
})

test('the Received field says how the message came, and to nobody whom it was for', async () => {
  const received = async (client: SmtpClient) => {
    const id = queueId(await client.send(ann, 'hidden@remote.test', message))
    let text = ''
    for await (const chunk of gateway.messages.read(id)) text += chunk.toString()
    return { id, field: text.slice(0, text.indexOf('From:')) }
  }
  const of = (protocol: string, id: string) =>
    new RegExp(
      `^Received: from client\\.test \\(\\[127\\.0\\.0\\.1\\]\\)\\r\\n\\tby gw\\.example\\.test with ${protocol} id ${id};\\r\\n` +
        '\\t\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000\\r\\n$',
    )

  await using client = await SmtpClient.ready(gateway.smtpPort)
  const plain = await received(client)
  expect(plain.field).toMatch(of('ESMTP', plain.id))
  await client.startTls()
  await client.command('EHLO client.test')
  const encrypted = await received(client)
  expect(encrypted.field).toMatch(of('ESMTPS', encrypted.id))

  await client.command('EHLO (evil)<x>')
  const odd = await received(client)
  expect(odd.field).toMatch(/^Received: from unknown \(\[127/)
})
