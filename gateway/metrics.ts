/**
 * What is counted of the process as a whole; what a part counts stands beside what it does (delivery, intake, vault,
 * signin, http). Names begin with `postern_` and end with their unit. No label holds an address, a name or an id: who
 * may look at machines need not learn who writes to whom.
 */
import { stat, statfs } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { Counter, Gauge, Histogram, type Registry, collectDefaultMetrics } from 'prom-client'
import { type CommitObserver, type Store, storePlaces } from './store/index.ts'

/** Resolution of the measurement, ms: what is measured has it in it. */
const resolution = 10

/**
 * Of prom-client's own figures: gauges that have the names of counters, and a measurement of the event loop that has its
 * own resolution in it and is no number where it is asked for twice at once.
 */
const unwanted = [
  ...['handles', 'requests', 'resources'].flatMap((name) => [
    `nodejs_active_${name}`,
    `nodejs_active_${name}_total`,
  ]),
  ...['', 'min_', 'max_', 'mean_', 'stddev_', 'p50_', 'p90_', 'p99_'].map(
    (name) => `nodejs_eventloop_lag_${name}seconds`,
  ),
]

/** Node's own figures, the event loop's delay, the build. Disposing ends the measurement. */
export function processMetrics(register: Registry, { version }: { version: string }): Disposable {
  collectDefaultMetrics({ register })
  for (const name of unwanted) register.removeSingleMetric(name)
  const registers = [register]
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution) / 1000
  const longest = new Gauge({
    name: 'postern_event_loop_delay_max_seconds',
    help: 'Longest time for which nothing else could run, since this was last asked',
    registers,
    collect() {
      this.set(delay.count === 0 ? 0 : seconds(delay.max))
      p99.set(delay.count === 0 ? 0 : seconds(delay.percentile(99)))
      delay.reset()
    },
  })
  longest.set(0)
  const p99 = new Gauge({
    name: 'postern_event_loop_delay_p99_seconds',
    help: 'What 99 of 100 measurements of that time stay below, since this was last asked',
    registers,
  })
  new Gauge({
    name: 'postern_build_info',
    help: 'Version of the gateway and of node; the value is always 1',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1)
  return { [Symbol.dispose]: () => void delay.disable() }
}

/** How long commits take; for `openStore`. */
export function commitMetrics(register: Registry): CommitObserver {
  const registers = [register]
  const seconds = new Histogram({
    name: 'postern_store_commit_seconds',
    help: 'Time of one transaction of the store, from its first statement to the end of its fsync',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  })
  const jobs = new Counter({
    name: 'postern_store_commit_jobs_total',
    help: 'Writes that were made durable; by the number of commits, how many share an fsync',
    registers,
  })
  return (time, count) => {
    seconds.observe(time)
    jobs.inc(count)
  }
}

/** Sizes of the store, room on its disk, and what happened to messages. */
export async function storeMetrics(
  register: Registry,
  { store, dataDir }: { store: Store; dataDir: string },
): Promise<void> {
  const registers = [register]
  const { database } = storePlaces(dataDir)
  const size = async (path: string) => (await stat(path).catch(() => undefined))?.size ?? 0
  const gauge = (name: string, help: string, value: () => Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await value())
      },
    })
  gauge('postern_store_database_bytes', 'Size of the database file', () => size(database))
  gauge('postern_store_log_bytes', 'Size of the write-ahead log beside it', () => size(`${database}-wal`))
  gauge('postern_disk_free_bytes', 'Room left for the gateway on the disk of its data', async () => {
    const { bavail, bsize } = await statfs(dataDir)
    return bavail * bsize
  })
  gauge('postern_disk_size_bytes', 'Size of that disk', async () => {
    const { blocks, bsize } = await statfs(dataDir)
    return blocks * bsize
  })
  await eventMetrics(registers, store)
}

/** Rows of events counted at once: a few ms. */
const batch = 5000

/**
 * Counts what the record of events says, read on from where it was read to: exact, for an event is written in the
 * transaction of what it tells of, and whichever thread or command wrote it.
 */
async function eventMetrics(registers: Registry[], { db }: Store): Promise<void> {
  const newest = async () =>
    (
      await db
        .selectFrom('events')
        .select((e) => e.fn.max('id').as('id'))
        .executeTakeFirst()
    )?.id ?? 0
  let seen = await newest()
  let counting: Promise<void> | undefined

  async function count(counter: Counter<'type'>): Promise<void> {
    const end = await newest()
    // Old records are removed in time; where none is left, numbers may begin anew.
    seen = Math.min(seen, end)
    while (seen < end) {
      const to = Math.min(end, seen + batch)
      const rows = await db
        .selectFrom('events')
        .select((e) => ['type', e('copy_id', 'is', null).as('whole'), e.fn.countAll<number>().as('count')])
        .where('id', '>', seen)
        .where('id', '<=', to)
        .groupBy(['type', 'whole'])
        .execute()
      for (const { type, whole, count } of rows) {
        // A message is accepted to be held, for each copy, or to be sent on.
        counter.inc({ type: type !== 'accepted' ? type : whole ? 'relayed' : 'held' }, count)
      }
      seen = to
      await turn()
    }
  }

  new Counter({
    name: 'postern_events_total',
    help: 'What happened to messages and their copies, as it stands in their record',
    labelNames: ['type'],
    registers,
    async collect() {
      // Two who ask at once are not to count the same rows.
      counting ??= count(this).finally(() => {
        counting = undefined
      })
      await counting
    },
  })
}
