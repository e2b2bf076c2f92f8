/** Killed while a new version opens what an old one left: the next start goes on from there, and all is there. */
import { randomBytes, randomInt } from 'node:crypto'
import { cp, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { newestSchema, viewStore } from '../../gateway/store/index.ts'
import { until } from '../fixtures/until.ts'
import { spawnGateway, startGatewayProcess } from '../peers/gateway-process.ts'
import { checkStore, once } from '../peers/kill-checks.ts'
import { type Sent, startLoad } from '../peers/load.ts'
import { putBack } from '../peers/old-store.ts'
import { shelf } from './backup-parts.ts'

const kills = Math.ceil(Number(process.env['POSTERN_KILLS'] ?? (process.env['CI'] ? 100 : 10)) / 5)

test.for(['0001-first', '0002-keys'] as const)(
  `killed while the database is brought from %s to this version`,
  { timeout: kills * 30_000 + 120_000 },
  async (schema) => {
    await using place = await shelf()
    const [made, dataDir] = [place.place('made'), place.place('data')]
    const canary = `canary${randomBytes(12).toString('hex')}`
    const acknowledged = new Map<string, Sent>()
    let startsIn: number
    {
      await using gateway = await startGatewayProcess({ dataDir: made })
      startsIn = gateway.startedIn
      const load = startLoad(gateway.smtpPort, { connections: 6, canary }, acknowledged)
      await until(() => acknowledged.size > 100, 'there is something to keep')
      load.stop()
      await load.ended
      await until(async () => (await queuedIn(made)) === 0, 'the queue is empty')
    }
    await putBack(made, schema)

    let left = kills
    while (left > 0) {
      await cp(made, dataDir, { recursive: true })
      // Some are killed twice and more before they come through.
      do {
        const { child, ready } = spawnGateway({ dataDir })
        ready.catch(() => undefined)
        await sleep(randomInt(Math.ceil(startsIn)))
        child.kill('SIGKILL')
        await ready.then(
          (gateway) => gateway.kill(),
          () => undefined,
        )
        left--
      } while (left > 0 && randomInt(2) === 0)
      {
        await using gateway = await startGatewayProcess({ dataDir })
        expect(await gateway.stop()).toBe(0)
      }
      await checkStore(dataDir, { acknowledged }, once)
      await using store = viewStore(dataDir)
      expect(await store.schema()).toBe(newestSchema)
      await rm(dataDir, { recursive: true })
    }
  },
)

async function queuedIn(dataDir: string): Promise<number> {
  await using store = viewStore(dataDir)
  return (await store.db.selectFrom('dispatches').select('id').where('state', '=', 'queued').execute()).length
}
