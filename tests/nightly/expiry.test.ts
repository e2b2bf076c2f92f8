/** Killed while messages expire: each ends whole, or has not ended yet. */
import { randomBytes, randomInt } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore, viewStore } from '../../gateway/store/index.ts'
import { checkStore, once } from '../peers/kill-checks.ts'
import { filesWith, killAgainAndAgain } from '../peers/kill-run.ts'
import type { Sent } from '../peers/load.ts'
import { temporaryDirectory } from '../peers/temporary.ts'
import { fewer, timeout } from './kill-counts.ts'

test(`killed ${fewer} times while messages expire`, { timeout }, async () => {
  await using data = await temporaryDirectory('kill-expiry')
  const dataDir = data.path
  const canary = `canary${randomBytes(12).toString('hex')}`
  const due = new Set<string>()

  /** As if the time of a third of those that are new had come. */
  async function age(acknowledged: ReadonlyMap<string, Sent>): Promise<void> {
    const chosen = [...acknowledged.values()].slice(seen).filter((one) => one.secure && randomInt(3) === 0)
    seen = acknowledged.size
    if (chosen.length === 0) return
    await using store = await openStore(dataDir)
    const ends = { expires_at: Date.now() - 1000 }
    await store.write(async (trx) => {
      for (const { id } of chosen) {
        await trx.updateTable('copies').set(ends).where('message_id', '=', id).execute()
        await trx.updateTable('messages').set(ends).where('id', '=', id).execute()
        due.add(id)
      }
    })
  }
  let seen = 0

  const killed = await killAgainAndAgain({
    dataDir,
    kills: fewer,
    canary,
    program: join(import.meta.dirname, '../peers/busy-house-gateway.ts'),
    load: { relayEvery: 4, largeEvery: 5 },
    between: age,
    untilTheEnd: () => allExpired(dataDir),
  })
  console.log(
    `${fewer} kills, ${killed.unborn} while starting: ${killed.acknowledged.size} acknowledged, ${due.size} of them expired`,
  )
  expect(due.size).toBeGreaterThan(0)
  await checkStore(dataDir, killed, (sent, fate) =>
    due.has(sent.id)
      ? // Its notification may not have left before: then there was nothing to tell any more.
        fate.known && fate.shredded && !fate.whole && fate.copies.join() === 'expired' && fate.delivered <= 1
      : once(sent, fate),
  )
  expect(await filesWith(dataDir, canary)).toEqual([])
})

async function allExpired(dataDir: string): Promise<void> {
  await using store = viewStore(dataDir)
  const left = () =>
    store.db
      .selectFrom('copies')
      .select('id')
      .where('state', '=', 'held')
      .where('expires_at', '<=', Date.now())
      .execute()
  await expect.poll(async () => (await left()).length, { timeout: 120_000, interval: 200 }).toBe(0)
}
