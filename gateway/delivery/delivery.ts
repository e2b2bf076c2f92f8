import { setImmediate as turn } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import type { People } from '../people/index.ts'
import { type Row, type Store, type Trx, newId } from '../store/index.ts'
import { type AttemptParts, type Content, attempt } from './attempt.ts'
import type { NewDispatch } from './dispatch.ts'
import { createLeases } from './lease.ts'
import { createMetrics } from './metrics.ts'
import { type Outbox, createOutbox } from './outbox.ts'
import { type Queue, createQueue, insertDispatches, leaseTime } from './queue.ts'
import { createRush } from './rush.ts'
import { type RetrySchedule, usualSchedule } from './schedule.ts'
import { type SmartHost, createSmartHost } from './smart-host.ts'

export interface DeliveryConfig {
  /** Where everything goes; without it the gateway is a sandbox and everything ends in the outbox. */
  readonly smartHost?: SmartHost | undefined
  /** This machine's name, for EHLO. */
  readonly hostname: string
  readonly retry?: RetrySchedule | undefined
  /** Dispatches sent at once, over all destinations; default 20. */
  readonly parallel?: number | undefined
  /** Entries the outbox keeps; default 1,000. */
  readonly outboxSize?: number | undefined
}

export interface Delivery extends Queue, AsyncDisposable {
  /** Queues dispatches in the caller's transaction; they are sent once it is committed. */
  enqueue(trx: Trx, ...dispatches: NewDispatch[]): Promise<void>
  /** Looks for due dispatches soon; cheap, many calls at once are one look. */
  wake(): void
  /**
   * Begins to send.
   * @param content what a dispatch sends; `gone` where there is nothing to send any more.
   * @param onFinished called when a dispatch is done, failed or dropped, after that is durable. It may be missed
   * when the process dies in between, so what relies on it sweeps as well.
   */
  start(content: Content, onFinished?: (dispatch: Row<'dispatches'>) => Promise<void>): void
  /** Resolves when nothing is being sent and nothing is due. For tests. */
  idle(): Promise<void>
  readonly sandbox: boolean
  readonly outbox: Outbox
}

/** Dispatches claimed for each that is sent at once. */
const ahead = 4
/** The longest sleep: another process (the command line) may have changed the queue, ms. */
const longestSleep = 30_000
/** A stop waits as long as this for what is being sent, ms. */
const stopTime = 10_000

export function createDelivery({
  store,
  people,
  config,
  now,
  log,
  random = Math.random,
  register = new Registry(),
}: {
  store: Store
  people: People
  config: DeliveryConfig
  now: () => number
  log: Logger
  /** In [0, 1), for jitter. */
  random?: () => number
  register?: Registry
}): Delivery {
  const owner = newId()
  const outbox = createOutbox({
    store,
    people,
    now,
    ...(config.outboxSize === undefined ? {} : { kept: config.outboxSize }),
  })
  const transport = config.smartHost ? createSmartHost(config.smartHost, config.hostname) : outbox
  const queue = createQueue({ store, now })
  const leases = createLeases({ store, now, owner })
  const metrics = createMetrics(register, store, now)
  const most = config.parallel ?? 20
  // With one destination nothing is claimed while it is full: looking past a long queue for others costs time.
  const parallel = transport.destinations === 'one' ? Math.min(most, transport.perDestination) : most

  const rush = createRush()
  const places = () => (transport.patient && rush.on ? 1 : parallel)

  const active = new Map<string, { destination: string; sending: Promise<void> }>()
  // Claimed and not yet begun: a claim is a commit, so several are made at once.
  let waiting: { row: Row<'dispatches'>; claimedAt: number }[] = []
  let started: { content: Content; onFinished?: (dispatch: Row<'dispatches'>) => Promise<void> } | undefined
  let stopping = false
  let looking: Promise<void> | undefined
  let lookAgain = false
  let timer: { at: number; handle: NodeJS.Timeout } | undefined
  let renewal: NodeJS.Timeout | undefined

  const enqueue: Delivery['enqueue'] = async (trx, ...dispatches) => {
    await insertDispatches(trx, (address) => transport.destinationOf(address), now(), dispatches)
    rush.mark(dispatches.length)
    // The look is a transaction of its own, which comes after this one.
    wake()
  }
  const parts: AttemptParts = {
    store,
    transport,
    schedule: config.retry ?? usualSchedule,
    metrics,
    owner,
    now,
    random,
    log,
    enqueue,
    stopping: () => stopping,
    release: (ids) => leases.release(ids),
  }

  function wake(): void {
    if (!started || stopping) return
    lookAgain = true
    looking ??= look().finally(() => {
      looking = undefined
      if (lookAgain) wake()
    })
  }

  async function look(): Promise<void> {
    while (lookAgain && !stopping) {
      lookAgain = false
      // A turn of the event loop first: intake goes before delivery, and many wakings become one look.
      await turn()
      begin()
      const limit = parallel * ahead - active.size - waiting.length
      // Where all places are taken, the end of a dispatch looks again.
      if (active.size >= places() || limit <= 0) return
      try {
        const { claimed, expired, passed } = await leases.claim({
          limit,
          perDestination: transport.perDestination * ahead,
          busy: countsOf([...active.values(), ...waiting.map(({ row }) => row)]),
        })
        metrics.leasesExpired.inc(expired)
        waiting.push(...claimed.map((row) => ({ row, claimedAt: now() })))
        begin()
        if (claimed.length > 0 && passed > 0) lookAgain = true
        if (claimed.length < limit) await sleep()
      } catch (error) {
        log.error({ err: error }, 'the queue could not be read')
        wakeAt(now() + 1000)
      }
    }
  }

  /** Begins to send what waits and has a place. */
  function begin(): void {
    const busy = countsOf([...active.values()])
    waiting = waiting.filter(({ row, claimedAt }) => {
      const count = busy.get(row.destination) ?? 0
      if (stopping || active.size >= places() || count >= transport.perDestination) return true
      busy.set(row.destination, count + 1)
      active.set(row.id, { destination: row.destination, sending: send(row, claimedAt) })
      return false
    })
  }

  async function send(dispatch: Row<'dispatches'>, claimedAt: number): Promise<void> {
    try {
      if (!started) return
      // One that waited long may have been dropped by a person meanwhile.
      if (now() - claimedAt > 1000 && !(await leases.holds(dispatch.id))) return
      const { state, nextTryAt } = await attempt(parts, dispatch, started.content)
      if (state === 'queued') wakeAt(nextTryAt)
      else await started.onFinished?.({ ...dispatch, state })
    } catch (error) {
      // The end could not be written; the lease runs out and the dispatch is tried again.
      log.error({ err: error, dispatch: dispatch.id }, 'the end of a dispatch could not be stored')
    } finally {
      active.delete(dispatch.id)
      wake()
    }
  }

  /** Sets the alarm for the next due dispatch, where none is set. */
  async function sleep(): Promise<void> {
    if (timer) return
    const due = await leases.nextDue()
    // What is due now and was not claimed waits for a place: a second is soon enough.
    wakeAt(Math.max(now() + 1000, Math.min(due ?? Infinity, now() + longestSleep)))
  }

  function wakeAt(at: number): void {
    if (stopping || (timer && timer.at <= at)) return
    clearTimeout(timer?.handle)
    const handle = setTimeout(
      () => {
        timer = undefined
        wake()
      },
      Math.min(longestSleep, Math.max(10, at - now())),
    )
    handle.unref()
    timer = { at, handle }
  }

  const hasDue = async () => {
    const at = now()
    const row = await store.db
      .selectFrom('dispatches')
      .select('id')
      .where('state', '=', 'queued')
      .where('next_try_at', '<=', at)
      .where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<=', at)]))
      .executeTakeFirst()
    return row !== undefined
  }

  return {
    enqueue,
    wake,
    sandbox: config.smartHost === undefined,
    outbox: { list: (limit) => outbox.list(limit), read: (id) => outbox.read(id) },
    list: (filter, limit) => queue.list(filter, limit),
    clean: () => queue.clean(),

    async retry(filter) {
      const count = await queue.retry(filter)
      wake()
      return count
    },

    async drop(filter) {
      const rows = await queue.drop(filter)
      for (const row of rows) await started?.onFinished?.(row)
      return rows
    },

    start(content, onFinished) {
      started = onFinished ? { content, onFinished } : { content }
      renewal = setInterval(() => {
        leases.renew([...active.keys(), ...waiting.map(({ row }) => row.id)]).catch((error: unknown) => {
          log.error({ err: error }, 'leases could not be renewed')
        })
      }, leaseTime / 3)
      renewal.unref()
      wake()
    },

    async idle() {
      while (started && !stopping) {
        while (looking || active.size > 0 || waiting.length > 0) {
          wake()
          await Promise.all([looking, ...[...active.values()].map(({ sending }) => sending)])
          await turn()
        }
        if (!(await hasDue())) return
        wake()
      }
    },

    async [Symbol.asyncDispose]() {
      stopping = true
      clearTimeout(timer?.handle)
      clearInterval(renewal)
      await looking
      await leases.release(waiting.map(({ row }) => row.id))
      transport.close(false)
      const sending = () => [...active.values()].map((one) => one.sending)
      // What hangs is cut; where that was in the middle of DATA the server has not taken it.
      const late = setTimeout(() => transport.close(true), stopTime)
      await Promise.all(sending())
      clearTimeout(late)
    },
  }
}

function countsOf(all: readonly { destination: string }[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { destination } of all) counts.set(destination, (counts.get(destination) ?? 0) + 1)
  return counts
}
