/** Several gateways on one data directory share its queue (after Stalwart's tests/src/smtp/queue/concurrent.rs). */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { queueCommand } from '../fixtures/queue-command.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { queueId } from '../fixtures/stored.ts'
import { until } from '../fixtures/until.ts'
import { type GatewayProcess, startGatewayProcess } from '../peers/gateway-process.ts'
import { type Received, startRemote } from '../peers/remote.ts'

const letter = (subject: string) => `From: ann@example.test\r\nSubject: ${subject}\r\n\r\nText\r\n`
const subjectOf = ({ data }: Received) => /^Subject: (.*)\r$/m.exec(data.toString())?.[1] ?? ''

test('three processes and a hundred messages: each leaves once, though one process dies', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'postern-processes-'))
  let open = false
  await using remote = await startRemote({
    delay: 200,
    // Nothing is taken until all of it waits, so that all three have to share it.
    answer: (command) => (open || !command.startsWith('MAIL') ? undefined : '451 4.3.0 not yet'),
  })
  const postern = queueCommand(dataDir, remote.port)
  const options = {
    dataDir,
    environment: { POSTERN_SMART_HOST: `127.0.0.1:${remote.port}`, POSTERN_WORKERS: '0' },
  }
  try {
    // The first makes the store and the account.
    await using one = await startGatewayProcess(options)
    await using two = await startGatewayProcess(options)
    await using three = await startGatewayProcess(options)
    const subjects = Array.from({ length: 100 }, (_, index) => `message ${index}`)
    const send = async ({ smtpPort }: GatewayProcess, these: readonly string[]) => {
      await using client = await SmtpClient.ready(smtpPort)
      for (const subject of these)
        queueId(await client.send('ann@example.test', 'bob@far.test', letter(subject)))
    }
    await Promise.all(
      [one, two, three].map((process, part) =>
        send(
          process,
          subjects.filter((_, index) => index % 3 === part),
        ),
      ),
    )
    await three.kill()
    open = true
    expect((await postern('retry', '--all')).out).toMatch(/will be tried again/)
    // A new message wakes who would look in half a minute.
    await Promise.all([send(one, ['to wake one']), send(two, ['to wake two'])])
    subjects.push('to wake one', 'to wake two')
    // The dead one's leases run out half a minute after its last sign of life.
    await until(
      () => new Set(remote.received.map(subjectOf)).size === subjects.length,
      'all of it has left',
      90_000,
    )
    expect(remote.received.map(subjectOf).sort()).toEqual(subjects.sort())
    await until(async () => (await postern('list')).out === 'Nothing waits.\n', 'nothing waits')
    // Both of the living had their part.
    for (const { httpUrl } of [one, two]) {
      const metrics = await (await fetch(`${httpUrl}/metrics`)).text()
      const delivered = /^postern_delivered_total\{kind="message"\} (\d+)$/m.exec(metrics)?.[1]
      expect(Number(delivered)).toBeGreaterThan(0)
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
