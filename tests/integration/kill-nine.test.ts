/**
 * The promise of `250`: whatever happens to the process after it, the message is there, once, and not in clear. The
 * gateway is killed at random moments while mail arrives, again and again on the same data. POSTERN_KILLS says how
 * often: 100 in CI; `npm run nightly` does it a thousand times, and on worse ground.
 */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { checkStore, once } from '../peers/kill-checks.ts'
import { filesWith, killAgainAndAgain } from '../peers/kill-run.ts'
import { temporaryDirectory } from '../peers/temporary.ts'

const kills = Number(process.env['POSTERN_KILLS'] ?? (process.env['CI'] ? 100 : 10))

test(
  `killed ${kills} times while mail arrives, the gateway has every message it acknowledged, once, and none in clear`,
  { timeout: kills * 10_000 + 300_000 },
  async () => {
    await using data = await temporaryDirectory('kill')
    const canary = `canary${randomBytes(12).toString('hex')}`
    const killed = await killAgainAndAgain({ dataDir: data.path, kills, canary })
    console.log(
      `${kills} kills, ${killed.unborn} of them while starting: ${killed.acknowledged.size} messages acknowledged`,
    )
    expect(killed.acknowledged.size).toBeGreaterThan(kills)
    expect(killed.putOff).toBe(0)
    await checkStore(data.path, killed, once)
    expect(await filesWith(data.path, canary)).toEqual([])
  },
)
