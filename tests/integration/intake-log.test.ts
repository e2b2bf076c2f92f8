import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { defaultDefinitions } from '../../gateway/policy/index.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { SmtpClient } from '../fixtures/smtp-client.ts'
import { queueId } from '../fixtures/stored.ts'

const ann = 'ann@example.test'
const data = `From: Ann <${ann}>\r\nSubject: [secure] Zanzibar\r\n\r\nx\r\n`
const info = 30

for (const workers of [0, 1]) {
  describe(workers === 0 ? 'in one thread' : 'with a thread for intake', () => {
    let gateway: TestGateway
    let client: SmtpClient
    beforeAll(async () => {
      gateway = await startTestGateway({ settings: { workers } })
      const account = await gateway.people.accountByCode('example')
      await gateway.policy.setDefinitions(account?.id ?? '', [
        {
          name: 'Rival',
          conditions: [{ type: 'recipient', any: ['@rival.test'] }],
          outcome: 'refuse',
          options: {},
        },
        ...defaultDefinitions,
      ])
    })
    afterAll(() => gateway[Symbol.asyncDispose]())
    beforeEach(async () => {
      gateway.logged.length = 0
      client = await SmtpClient.ready(gateway.smtpPort)
      return () => client[Symbol.asyncDispose]()
    })

    /** Lines about the session, not about what follows from it. They come from a thread a moment later. */
    const lines = async (count: number) => {
      const found = () => gateway.logged.filter((line) => 'session' in line)
      await expect.poll(() => found().length).toBe(count)
      return found()
    }

    describe('the log', () => {
      test('says of an accepted message what an operator asks, under its queue id', async () => {
        await client.startTls()
        await client.command('EHLO client.test')
        await client.command(`MAIL FROM:<${ann}> REQUIRETLS`)
        await client.command('RCPT TO:<bob@remote.test>')
        await client.command('RCPT TO:<carl@remote.test>')
        await client.command('DATA')
        client.write(data)
        const trace = queueId(await client.command('.'))
        expect(await lines(1)).toMatchObject([
          {
            level: info,
            msg: 'a message was accepted',
            trace,
            account: 'example',
            size: data.length,
            held: 2,
            relayed: 0,
            requireTls: true,
            tls: 'TLSv1.3',
            client: '127.0.0.1',
          },
        ])
        const rows = await gateway.store.db
          .selectFrom('dispatches')
          .select('trace_id')
          .where('message_id', '=', trace)
          .execute()
        expect(new Set(rows.map((row) => row.trace_id))).toEqual(new Set([trace]))
      })

      test('has one session for all that a client did, and a queue id once there is one', async () => {
        await client.envelope('eve@elsewhere.test', 'bob@remote.test')
        await client.command('RSET')
        await client.envelope(ann, 'not an address')
        await client.command('RSET')
        await client.send(ann, '"b"@remote.test', data)
        await client.command('RSET')
        await client.send(ann, 'x@rival.test', data)
        const id = queueId(await client.send(ann, 'bob@remote.test', data))
        const [sender, address, policy, accepted] = await lines(4)
        expect(sender).toMatchObject({
          msg: 'mail was refused',
          reply: expect.stringMatching(/^550 5\.7\.1 /) as unknown,
        })
        expect(sender).not.toHaveProperty('trace')
        expect(address).toMatchObject({ reply: expect.stringMatching(/^553 5\.1\.3 /) as unknown })
        expect(policy).toMatchObject({
          msg: 'mail was refused',
          trace: expect.stringMatching(/^[0-9a-z]{26}$/) as unknown,
        })
        expect(accepted).toMatchObject({ trace: id, tls: null, requireTls: false })
        const sessions = async (count: number) =>
          new Set((await lines(count)).map((line) => line['session'])).size
        expect(await sessions(4)).toBe(1)

        await using other = await SmtpClient.ready(gateway.smtpPort)
        queueId(await other.send(ann, 'bob@remote.test', data))
        expect(await sessions(5)).toBe(2)
      })

      test('names nobody, and no subject, in what is written every day', async () => {
        for (const to of ['bob@remote.test', 'x@rival.test', '"b"@remote.test']) {
          await client.send(ann, to, data)
          await client.command('RSET')
        }
        await client.send('eve@elsewhere.test', 'bob@remote.test', data)
        expect(JSON.stringify(await lines(4))).not.toMatch(/@|zanzibar|ann|bob/i)
      })

      test('has the cause of trouble that is ours', async () => {
        await using broken = await startTestGateway()
        const account = await broken.people.accountByCode('example')
        await broken.store.write(async (trx) => {
          await trx
            .insertInto('definitions')
            .values({
              id: 'd',
              account_id: account?.id ?? '',
              position: 0,
              rule_json: '{"broken',
              enabled: 1,
            })
            .execute()
        })
        await using other = await SmtpClient.ready(broken.smtpPort)
        expect(await other.send(ann, 'bob@remote.test', data)).toMatch(/^451 /)
        const line = () => broken.logged.find(({ msg }) => msg === 'mail was put off')
        await expect.poll(line).toMatchObject({
          level: 50,
          session: expect.any(String) as unknown,
          trace: expect.any(String) as unknown,
          err: { message: expect.stringContaining('JSON') as unknown },
        })
      })
    })

    test('the figures tell what came in and what became of it, and name nobody', async () => {
      const figures = async () => (await fetch(`${gateway.httpUrl}/metrics`)).text()
      const value = (text: string, name: string) =>
        Number(
          text
            .split('\n')
            .find((line) => line.startsWith(`${name} `))
            ?.split(' ')[1] ?? 0,
        )
      const before = await figures()
      await client.send(ann, ['bob@remote.test', 'carl@remote.test'], data)
      await client.send(ann, 'bob@remote.test', `From: ${ann}\r\nSubject: a\r\n\r\nx\r\n`)
      await client.send(ann, 'x@rival.test', data)
      const grown = (after: string, name: string) =>
        value(after, `postern_intake_${name}`) - value(before, `postern_intake_${name}`)
      await expect.poll(async () => grown(await figures(), 'refused_total{status="5.7.1"}')).toBe(1)
      const after = await figures()
      expect({
        accepted: grown(after, 'accepted_total'),
        held: grown(after, 'held_total'),
        relayed: grown(after, 'relayed_total'),
        refused: grown(after, 'refused_total{status="5.7.1"}'),
        deferred: grown(after, 'deferred_total{status="4.3.0"}'),
        bytes: grown(after, 'bytes_total'),
        seal: grown(after, 'seal_seconds_count'),
        commit: grown(after, 'commit_seconds_count'),
        receive: grown(after, 'receive_seconds_count'),
      }).toEqual({
        accepted: 2,
        held: 2,
        relayed: 1,
        refused: 1,
        deferred: 0,
        bytes: 2 * data.length + `From: ${ann}\r\nSubject: a\r\n\r\nx\r\n`.length,
        seal: 2,
        commit: 2,
        receive: 2,
      })
      expect(after).not.toMatch(/example\.test|remote\.test|rival/)
    })
  })
}
