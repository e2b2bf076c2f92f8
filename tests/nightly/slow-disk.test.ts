/** Killed on a disk whose every fsync takes its time: the moment between writing and being safe is a long one. */
import { randomBytes, randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { faultyDisk } from '../peers/faulty-disk.ts'
import { checkStore, once } from '../peers/kill-checks.ts'
import { filesWith, killAgainAndAgain } from '../peers/kill-run.ts'
import { temporaryDirectory } from '../peers/temporary.ts'
import { fewer, timeout } from './kill-counts.ts'

test(`killed ${fewer} times on a slow disk`, { timeout }, async (context) => {
  await using data = await temporaryDirectory('kill-slow')
  await using disk = await faultyDisk(context, data.path)
  const slow = () => disk.fail('sync', { delay: randomInt(1, 60) })
  slow()
  const canary = `canary${randomBytes(12).toString('hex')}`
  const killed = await killAgainAndAgain({
    dataDir: data.path,
    kills: fewer,
    canary,
    environment: disk.environment,
    load: { connections: 20 },
    between: async () => slow(),
    beforeTheLast: () => disk.heal(),
  })
  console.log(`${fewer} kills, ${killed.unborn} while starting: ${killed.acknowledged.size} acknowledged`)
  expect(killed.acknowledged.size).toBeGreaterThan(0)
  await checkStore(data.path, killed, once)
  expect(await filesWith(data.path, canary)).toEqual([])
})
