/** A real Postfix before the gateway and behind it, swaks as the client: the places a gateway has in real houses. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { beforeEach, expect, test } from 'vitest'
import { startGatewayProcess } from './gateway-process.ts'
import { startPostfix, startSink } from './postfix.ts'
import { requirePrograms } from './require.ts'
import { swaks } from './swaks.ts'

beforeEach((context) => {
  requirePrograms(context, 'postfix', 'smtp-sink', 'swaks')
  if (process.getuid?.() !== 0) context.skip('Postfix is started by root only')
})

async function temporary(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'postern-peers-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const Outbox = z.array(
  z.object({ id: z.string(), from: z.string(), to: z.array(z.string()), subject: z.string() }),
)

const body = 'Dear Bob,\n\n.a line that begins with a dot\n..and one with two\n\n.\nGrüße\n'

const letter = (subject: string) =>
  `From: Ann <ann@example.test>\nTo: bob@far.test\nSubject: ${subject}\nMessage-ID: <1@example.test>\n` +
  `Date: Sat, 21 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n` +
  `Content-Transfer-Encoding: 8bit\n\n${body}`

test('mail that Postfix hands over is held and announced where it is marked, and passes where it is not', async () => {
  await using data = await temporary()
  await using gateway = await startGatewayProcess({ dataDir: data.path })
  await using postfix = await startPostfix({ relayhost: `[127.0.0.1]:${gateway.smtpPort}` })
  const outbox = async () => Outbox.parse(await (await fetch(`${gateway.httpUrl}/outbox.json`)).json())
  const send = (subject: string) =>
    swaks({ port: postfix.port, from: 'ann@example.test', to: ['bob@far.test'], data: letter(subject) })

  await send('Plain')
  await expect
    .poll(async () => (await outbox()).map((one) => one.subject), { timeout: 20_000 })
    .toEqual(['Plain'])
  const [plain] = await outbox()
  const eml = await (await fetch(`${gateway.httpUrl}/outbox/${plain?.id ?? ''}.eml`)).text()
  expect(eml.replaceAll('\r\n', '\n')).toContain(body)

  await send('[secure] The plan')
  await expect.poll(async () => (await outbox()).length, { timeout: 20_000 }).toBe(3)
  const notices = (await outbox()).filter((one) => one.id !== plain?.id)
  for (const { id, to } of notices) {
    expect(to).toEqual(['bob@far.test'])
    const text = await (await fetch(`${gateway.httpUrl}/outbox/${id}.eml`)).text()
    expect(text).not.toContain('begins with a dot')
    expect(text).not.toContain('The plan')
  }
  expect(await gateway.stop()).toBe(0)
})

test('what leaves through Postfix arrives byte for byte', async () => {
  await using data = await temporary()
  await using sink = await startSink()
  await using postfix = await startPostfix({ relayhost: `[127.0.0.1]:${sink.port}` })
  await using gateway = await startGatewayProcess({
    dataDir: data.path,
    environment: { POSTERN_SMART_HOST: `127.0.0.1:${postfix.port}` },
  })
  await swaks({
    port: gateway.smtpPort,
    from: 'ann@example.test',
    to: ['bob@far.test', 'carl@far.test'],
    data: letter('Plain'),
  })
  await expect.poll(async () => (await sink.messages()).length, { timeout: 20_000 }).toBe(1)
  const [message] = await sink.messages()
  expect(message?.envelope).toContain('X-Mail-Args: <ann@example.test>')
  expect(message?.envelope).toContain('<bob@far.test>')
  expect(message?.envelope).toContain('<carl@far.test>')
  // swaks and smtp-sink each end with a line of their own.
  expect(message?.text.toString('utf8').trimEnd()).toBe(letter('Plain').trimEnd())
})
