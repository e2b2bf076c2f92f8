/** Killed on a small disk that fills up and gets room again: what has no room is put off, and nothing is lost. */
import { randomBytes, randomInt } from 'node:crypto'
import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { checkStore, once } from '../peers/kill-checks.ts'
import { filesWith, killAgainAndAgain } from '../peers/kill-run.ts'
import { smallDisk } from '../peers/small-disk.ts'
import { fewer, timeout } from './kill-counts.ts'

test(`killed ${fewer} times on a disk that is full again and again`, { timeout }, async (context) => {
  await using disk = await smallDisk(context, 96 + fewer)
  const dataDir = join(disk.path, 'data')
  const canary = `canary${randomBytes(12).toString('hex')}`
  const balloon = join(disk.path, 'balloon')
  let full = false

  /** Takes all the room there is but for a little. */
  async function fill(): Promise<void> {
    full = true
    const { bavail, bsize } = await statfs(disk.path)
    await writeFile(
      balloon,
      Buffer.alloc(Math.max(0, bavail * bsize - randomInt(2) * randomInt(3_000_000))),
    ).catch((error: unknown) => {
      // The gateway was quicker; then there is no room at all.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    })
  }
  async function empty(): Promise<void> {
    await rm(balloon, { force: true })
    full = false
  }

  const killed = await killAgainAndAgain({
    dataDir,
    kills: fewer,
    canary,
    // What could not be read or noted for want of room is tried again soon.
    program: join(import.meta.dirname, '../peers/impatient-gateway.ts'),
    environment: {
      POSTERN_TEST_RETRY: JSON.stringify({ waits: [300, 1000], giveUpAfter: 24 * 3_600_000 }),
    },
    load: { lines: 20, largeEvery: 40 },
    async meanwhile(_gateway, died) {
      while (!died.aborted) {
        await sleep(randomInt(200))
        await (full ? empty() : fill())
      }
    },
    // Half of them start on a full disk.
    between: async () => (randomInt(2) === 0 ? fill() : empty()),
    mayFailToStart: () => full,
    beforeTheLast: empty,
  })
  console.log(
    `${fewer} kills, ${killed.unborn} while starting or for want of room: ${killed.acknowledged.size} acknowledged, ${killed.putOff} put off`,
  )
  expect(killed.acknowledged.size).toBeGreaterThan(0)
  expect(killed.putOff).toBeGreaterThan(0)
  await checkStore(dataDir, killed, once)
  expect(await filesWith(dataDir, canary)).toEqual([])
})
