/** A backup is taken while mail comes in as fast as it can: what was acknowledged before it began is in it, whole. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { MessageList } from '../../shared/contract/index.ts'
import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { signedIn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { faultyDisk } from '../peers/faulty-disk.ts'
import { startGatewayProcess } from '../peers/gateway-process.ts'
import { type Sent, startLoad } from '../peers/load.ts'
import { keyOf, manifestOf, postern, restore, shelf } from './backup-parts.ts'

const run = promisify(execFile)
const main = join(import.meta.dirname, '../../gateway/main.ts')

test(
  'taken under load, a backup has whole what was acknowledged before it, and nothing half',
  { timeout: 300_000 },
  async (context) => {
    await using place = await shelf()
    const dataDir = place.place('data')
    const canary = `canary${randomBytes(12).toString('hex')}`
    const taken = place.place('taken')
    // Slow where the backup is written, so that much comes in, is relayed and shredded while it is taken.
    await using disk = await faultyDisk(context, place.path)
    disk.fail('sync', { delay: 20, within: taken })

    const acknowledged = new Map<string, Sent>()
    let began = 0
    let ended = 0
    {
      await using gateway = await startGatewayProcess({ dataDir })
      const load = startLoad(gateway.smtpPort, { connections: 10, canary, largeEvery: 5 }, acknowledged)
      await until(() => acknowledged.size > 300, 'there is something to back up')
      began = performance.now()
      await run(process.execPath, [main, 'backup', taken, '--data', dataDir], {
        env: { ...process.env, ...disk.environment },
      })
      ended = performance.now()
      load.stop()
      await load.ended
      expect(load.putOff).toBe(0)
      expect(await gateway.stop()).toBe(0)
    }
    const all = [...acknowledged.values()]
    const before = all.filter(({ at }) => at < began)
    const during = all.filter(({ at }) => at >= began && at < ended)
    // Nothing waited for it.
    expect(during.length / (ended - began)).toBeGreaterThan(0.2 * (before.length / began))
    console.log(
      `${during.length} acknowledged in the ${Math.round(ended - began)} ms of the backup, ${before.length} before`,
    )

    const manifest = await manifestOf(taken)
    expect(manifest.broken).toEqual([])
    expect(manifest.counts.messages).toBeGreaterThanOrEqual(before.length)
    expect((await stat(join(taken, 'postern.db'))).size).toBeGreaterThan(0)

    const again = place.place('again')
    await restore({ backup: taken, key: keyOf(dataDir) }, again)
    await using restored = await startTestGateway({ dataDir: again })
    await nothingIsHalfThere(restored)
    await everyOneOpens(restored, before, canary)
    const { code, out } = await postern('doctor', '--verify', '--data', again)
    expect({ code, out }).toMatchObject({ code: 0 })
  },
)

/** Every message that is not shredded can be read to its end, and one that is has nothing left. */
async function nothingIsHalfThere({ store, messages }: TestGateway): Promise<void> {
  const rows = await store.db.selectFrom('messages').select(['id', 'size', 'shredded_at']).execute()
  for (const { id, size } of rows.filter(({ shredded_at }) => shredded_at === null)) {
    let bytes = 0
    for await (const piece of messages.read(id)) bytes += piece.length
    expect({ id, bytes }).toEqual({ id, bytes: size })
  }
  const half = await store.db
    .selectFrom('messages')
    .leftJoin('bodies', 'bodies.id', 'messages.body_id')
    .select(['messages.id', 'wrapped_key', 'body_id', 'shredded_at', 'bodies.id as body'])
    .where((where) =>
      where.or([
        where('shredded_at', 'is', null).and('bodies.id', 'is', null),
        where('shredded_at', 'is not', null).and('wrapped_key', 'is not', null),
        where('shredded_at', 'is not', null).and('body_id', 'is not', null),
      ]),
    )
    .execute()
  expect(half).toEqual([])
}

/** As their readers open them; what was to be relayed has left, or waits for a person. */
async function everyOneOpens(gateway: TestGateway, sent: readonly Sent[], canary: string): Promise<void> {
  const { db } = gateway.store
  for (const to of new Set(sent.map((one) => one.to))) {
    const reader = await signedIn(gateway, to)
    const ids = new Map<string, string>()
    for (let next: string | null = ''; next !== null;) {
      const cursor: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`
      const page = MessageList.parse((await reader.get(`/api/messages?limit=100${cursor}`)).json)
      for (const { id } of page.items) {
        const row = await db.selectFrom('copies').select('message_id').where('id', '=', id).executeTakeFirst()
        ids.set(row?.message_id ?? '', id)
      }
      next = page.next
    }
    for (const { id, secure } of sent.filter((one) => one.to === to)) {
      if (secure) {
        const { status, body } = await reader.post(`/api/messages/${ids.get(id)}/open`)
        expect({ id, status, there: body.includes(canary) }).toEqual({ id, status: 200, there: true })
      } else {
        const dispatch = await db
          .selectFrom('dispatches')
          .select(['state', 'paused_at'])
          .where('message_id', '=', id)
          .executeTakeFirst()
        expect({ id, right: dispatch?.state === 'done' || dispatch?.paused_at !== null }).toEqual({
          id,
          right: true,
        })
      }
    }
  }
}
