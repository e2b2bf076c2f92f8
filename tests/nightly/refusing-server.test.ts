/** Killed while the server behind refuses, puts off and hangs up at random, so that dispatches are in every state. */
import { randomBytes, randomInt } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Fate, checkStore, isHeld, isRelayed } from '../peers/kill-checks.ts'
import { filesWith, killAgainAndAgain } from '../peers/kill-run.ts'
import type { Sent } from '../peers/load.ts'
import { type Remote, startRemote } from '../peers/remote.ts'
import { temporaryDirectory } from '../peers/temporary.ts'
import { fewer, timeout } from './kill-counts.ts'

/** Of a hundred answers so many are something else. */
const whims: Record<string, [percent: number, answer: string][]> = {
  GREETING: [
    [3, 'close'],
    [3, '421 4.3.2 not now'],
  ],
  MAIL: [
    [5, '451 4.3.0 not now'],
    [2, 'close'],
  ],
  RCPT: [
    [10, '450 4.7.1 greylisted'],
    [5, '550 5.1.1 nobody here'],
    [2, 'close'],
  ],
  DATA: [
    [5, '451 4.3.0 not now'],
    [2, 'close'],
  ],
  END: [
    [8, '452 4.3.1 full'],
    [5, 'close'],
    [3, '554 5.6.0 not this one'],
  ],
}

function whim(command: string): string | undefined {
  let left = randomInt(100)
  for (const [percent, answer] of whims[command.split(/[ :]/)[0]?.toUpperCase() ?? ''] ?? []) {
    if ((left -= percent) < 0) return answer
  }
  return undefined
}

test(`killed ${fewer} times beside a server that refuses at random`, { timeout }, async () => {
  await using data = await temporaryDirectory('kill-refusing')
  let moody = true
  await using remote = await startRemote({ answer: (command) => (moody ? whim(command) : undefined) })
  const arrived = new Map<string, number>()
  const canary = `canary${randomBytes(12).toString('hex')}`
  const killed = await killAgainAndAgain({
    dataDir: data.path,
    kills: fewer,
    canary,
    program: join(import.meta.dirname, '../peers/impatient-gateway.ts'),
    environment: {
      POSTERN_SMART_HOST: `127.0.0.1:${remote.port}`,
      // No attempt is the last: what fails was refused for good.
      POSTERN_TEST_RETRY: JSON.stringify({ waits: [100, 300, 1000], giveUpAfter: 24 * 3_600_000 }),
    },
    async between() {
      collect(remote, arrived)
    },
    beforeTheLast: () => (moody = false),
  })
  collect(remote, arrived)

  await checkStore(data.path, killed, (sent, fate) => {
    const count = arrived.get(sent.rfcMessageId) ?? 0
    return sent.secure ? told(fate) && count === 0 : left(sent, fate, count)
  })
  expect(await filesWith(data.path, canary)).toEqual([])
  const relayed = [...killed.acknowledged.values()].filter(({ secure }) => !secure)
  const often = relayed.filter(({ rfcMessageId }) => (arrived.get(rfcMessageId) ?? 0) > 1).length
  console.log(
    `${fewer} kills, ${killed.unborn} while starting: ${killed.acknowledged.size} acknowledged, ${relayed.length} of them relayed; ${often} arrived more than once`,
  )
  expect(relayed.length).toBeGreaterThan(0)
})

/** Held, and its recipient told, or its sender told that the recipient could not be. */
function told(fate: Fate): boolean {
  return isHeld(fate) && fate.delivered + fate.failed === 1 && fate.reports === fate.failed
}

/** Delivered, or refused for good and reported once. A kill between the server's yes and our note of it sends again. */
function left({ secure }: Sent, fate: Fate, arrived: number): boolean {
  if (secure) return false
  return isRelayed(fate, 'done')
    ? arrived >= 1 && fate.delivered === 1 && fate.reports === 0
    : isRelayed(fate, 'failed') && fate.failed === 1 && fate.reports === 1
}

/** What has arrived since, by Message-ID; a message that was taken is not kept. */
function collect(remote: Remote, arrived: Map<string, number>): void {
  for (const { data } of remote.received.splice(0)) {
    const header = data.subarray(0, 4096).toString('latin1')
    const id = /^message-id: (<[^>]+>)/im.exec(header)?.[1]
    if (id !== undefined) arrived.set(id, (arrived.get(id) ?? 0) + 1)
  }
}
