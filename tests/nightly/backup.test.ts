/** Killed while a backup is taken, gateway and backup alike: a backup that has its name is whole, whoever died. */
import { spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once as event } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { viewStore } from '../../gateway/store/index.ts'
import { backup, keyOf, postern, restore, shelf } from '../integration/backup-parts.ts'
import { checkStore, once } from '../peers/kill-checks.ts'
import { filesWith, killAgainAndAgain } from '../peers/kill-run.ts'
import type { Sent } from '../peers/load.ts'
import { fewer, timeout } from './kill-counts.ts'

const main = join(import.meta.dirname, '../../gateway/main.ts')

test(`killed ${fewer} times while backups are taken`, { timeout }, async () => {
  await using place = await shelf()
  const dataDir = place.place('data')
  const canary = `canary${randomBytes(12).toString('hex')}`
  const backups: { path: string; before: Sent[] }[] = []
  let acknowledged: ReadonlyMap<string, Sent> = new Map()
  let count = 0
  let killedBackups = 0

  /** Takes a backup, and kills every other one. */
  async function takeOne(): Promise<void> {
    const path = place.place(`backup-${count++ % 4}`)
    await rm(path, { recursive: true, force: true })
    const before = [...acknowledged.values()]
    const child = spawn(process.execPath, [main, 'backup', path, '--data', dataDir], { stdio: 'ignore' })
    const ended = event(child, 'exit')
    if (randomInt(2) === 0) {
      await Promise.race([ended, sleep(randomInt(3000))])
      child.kill('SIGKILL')
    }
    await ended
    if (child.exitCode === 0) backups.push({ path, before })
    else if (child.signalCode === 'SIGKILL') killedBackups++
    else throw new Error(`a backup ended with ${child.exitCode}`)
  }

  const killed = await killAgainAndAgain({
    dataDir,
    kills: fewer,
    canary,
    load: { largeEvery: 5 },
    // The backup outlives the gateway, or dies before it.
    meanwhile: takeOne,
    between: async (all) => void (acknowledged = all),
  })
  await checkStore(dataDir, killed, once)
  const whole = (await readdir(place.path)).filter((name) => /^backup-\d$/.test(name))
  for (const name of whole) {
    const { code, err } = await postern('restore', place.place(name), '--check', '--keys', keyOf(dataDir))
    expect({ name, code, err }).toEqual({ name, code: 0, err: '' })
  }
  const last = backups.at(-1)
  if (!last) throw new Error('no backup lived')
  const again = place.place('again')
  await restore({ backup: last.path, key: keyOf(dataDir) }, again)
  await using store = viewStore(again)
  const there = new Set((await store.db.selectFrom('messages').select('id').execute()).map(({ id }) => id))
  expect(last.before.filter(({ id }) => !there.has(id))).toEqual([])
  expect((await postern('doctor', '--verify', '--data', again)).code).toBe(0)
  expect(await filesWith(place.path, canary)).toEqual([])
  // What was left unfinished is in nobody's way.
  for (const name of whole) await rm(place.place(name), { recursive: true })
  for (let at = 0; at < 4; at++) await backup(dataDir, place.place(`backup-${at}`))
  console.log(
    `${fewer} kills of the gateway and ${killedBackups} of backups: ${killed.acknowledged.size} acknowledged, ${backups.length} backups taken, the last of ${last.before.length} messages`,
  )
})
