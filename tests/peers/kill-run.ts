import { randomInt } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { viewStore } from '../../gateway/store/index.ts'
import { type GatewayProcess, spawnGateway } from './gateway-process.ts'
import { type LoadOptions, type Sent, startLoad } from './load.ts'

export interface KillRun {
  readonly dataDir: string
  readonly kills: number
  /** Stands in every message; nowhere else may it be found. */
  readonly canary: string
  readonly load?: Partial<LoadOptions>
  /** See spawnGateway. */
  readonly environment?: Record<string, string>
  readonly program?: string
  /** Happens while a gateway lives; is told when it dies. */
  readonly meanwhile?: (gateway: GatewayProcess, died: AbortSignal) => Promise<void>
  /** Happens between two lives. */
  readonly between?: (acknowledged: ReadonlyMap<string, Sent>) => Promise<void>
  /** Happens when all kills are done, before the gateway that is to live. */
  readonly beforeTheLast?: () => unknown
  /** What the last one lives for, besides its queue. */
  readonly untilTheEnd?: () => Promise<void>
  /** Whether a life that did not begin is what this run is about. */
  readonly mayFailToStart?: () => boolean
}

/** What a run of kills leaves to look at. */
export interface Killed {
  readonly acknowledged: ReadonlyMap<string, Sent>
  /** Messages that were put off (4xx). */
  readonly putOff: number
  /** Lives that ended before they took mail. */
  readonly unborn: number
}

const connections = 6
/** From taking mail to the end, ms. */
const longestLife = 1000

/**
 * Kills a gateway at random moments while mail comes in, again and again on the same data; one in eight dies while it
 * starts. Then lets one live until its queue is empty, which ends by itself.
 */
export async function killAgainAndAgain(run: KillRun): Promise<Killed> {
  const acknowledged = new Map<string, Sent>()
  let putOff = 0
  let unborn = 0
  // How long a start takes on this machine, ms. A life is as long at most, so that every moment has its turn.
  let startsIn = 600
  const life = () => randomInt(Math.ceil(Math.min(startsIn, longestLife)))

  async function live(
    untilItDies: (gateway: GatewayProcess) => Promise<unknown>,
    early: boolean,
  ): Promise<void> {
    const { child, ready } = spawnGateway(run)
    const gateway = await (
      early ? Promise.race([ready, sleep(randomInt(Math.ceil(startsIn)), undefined)]) : ready
    ).catch((error: unknown) => {
      if (run.mayFailToStart?.()) return undefined
      throw error
    })
    // Dying while starting is what it was made to do.
    ready.catch(() => undefined)
    if (!gateway) {
      unborn++
      child.kill('SIGKILL')
      await ready.then(
        (born) => born.kill(),
        () => undefined,
      )
      return
    }
    startsIn = gateway.startedIn
    try {
      await untilItDies(gateway)
    } finally {
      await gateway.kill()
    }
    const log = gateway.log()
    const found = forms(run.canary).find((form) => log.includes(form))
    if (found !== undefined) throw new Error(`the log holds ${found}`)
  }

  for (let round = 0; round < run.kills; round++) {
    await live(
      async (gateway) => {
        const died = new AbortController()
        const load = startLoad(
          gateway.smtpPort,
          { connections, canary: run.canary, ...run.load },
          acknowledged,
        )
        const meanwhile = run.meanwhile?.(gateway, died.signal)
        await Promise.race([sleep(life()), load.ended.then(() => sleep(5000))])
        load.stop()
        died.abort()
        await gateway.kill()
        await Promise.all([load.ended, meanwhile])
        putOff += load.putOff
      },
      randomInt(8) === 0,
    )
    await run.between?.(acknowledged)
  }

  // What was queued when it died leaves now.
  await run.beforeTheLast?.()
  await live(async (gateway) => {
    await drained(run.dataDir)
    await run.untilTheEnd?.()
    const code = await gateway.stop()
    if (code !== 0) throw new Error(`the last one ended with ${code}: ${gateway.log().slice(-2000)}`)
  }, false)
  return { acknowledged, putOff, unborn }
}

/** A queue in which nothing ends for so long is stuck, ms: four times what a lease holds. */
const patience = 120_000

/** Waits until nothing is left in the queue of the gateway that runs. */
async function drained(dataDir: string): Promise<void> {
  await using store = viewStore(dataDir)
  const queued = store.db.selectFrom('dispatches').where('state', '=', 'queued')
  let least = Infinity
  let since = performance.now()
  for (;;) {
    const { count } = await queued
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    if (count === 0) return
    if (count < least) since = performance.now()
    least = Math.min(least, count)
    if (performance.now() - since > patience) {
      const some = await queued.selectAll().limit(3).execute()
      throw new Error(`${count} dispatches are stuck: ${JSON.stringify(some)}`)
    }
    await sleep(300)
  }
}

/** The text itself, and as it stands in base64 at each of the three positions, without its uncertain ends. */
function forms(text: string): string[] {
  const encoded = [0, 1, 2].map((shift) => {
    const base64 = Buffer.from('\0'.repeat(shift) + text).toString('base64')
    return base64.slice(4, -4)
  })
  return [text, ...encoded]
}

/** Files below a directory that hold a text in clear or in base64. */
export async function filesWith(directory: string, text: string): Promise<string[]> {
  const wanted = forms(text).map((form) => Buffer.from(form))
  const found: string[] = []
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path)
    if (wanted.some((form) => bytes.includes(form))) found.push(path)
  }
  return found
}
