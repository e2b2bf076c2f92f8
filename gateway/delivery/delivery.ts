import { setImmediate as turn } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import type { People } from '../people/index.ts'
import { type Row, type Store, StoreTrouble, type Trx, newId } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type AttemptParts, type Content, type Handlers, about, attempt } from './attempt/index.ts'
import { createJumpWatch } from './clock-jump.ts'
import type { NewDispatch } from './dispatch.ts'
import { createMetrics } from './metrics.ts'
import { type Outbox, createOutbox } from './outbox.ts'
import {
  type Queue,
  type RetrySchedule,
  createLeases,
  createQueue,
  insertDispatches,
  leaseTime,
  mendQueue,
  usualSchedule,
} from './queue/index.ts'
import { createRush, rushPause } from './rush.ts'
import { type RoutesConfig, createPolicyMemory, createRoutes, isSandbox } from './ways/index.ts'

export interface DeliveryConfig extends RoutesConfig {
  readonly retry?: RetrySchedule | undefined
  /** Refusals for good count as temporary: for the first days beside a mail system (Postfix: soft_bounce). */
  readonly softBounce?: boolean | undefined
  /** Dispatches sent at once, over all destinations; default 20, or 200 where there are many that may be slow. */
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
   */
  start(content: Content, handlers?: Handlers): void
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
  steady = now,
  random = Math.random,
  register = new Registry(),
  mac,
}: {
  store: Store
  people: People
  config: DeliveryConfig
  now: () => number
  log: Logger
  /** ms that only go forward, by which a clock that jumps is noticed. Left out: it never does. */
  steady?: () => number
  /** In [0, 1), for jitter. */
  random?: () => number
  register?: Registry
  /** Signs the processed header; without it none is written. */
  mac?: Vault['mac']
}): Delivery {
  const owner = newId()
  const outbox = createOutbox({
    store,
    people,
    now,
    ...(config.outboxSize === undefined ? {} : { kept: config.outboxSize }),
  })
  const memory = createPolicyMemory(store, now)
  const transport = createRoutes({ config, outbox, mac, memory, now, random, log })
  const schedule = config.retry ?? usualSchedule
  const leases = createLeases({ store, now, owner })
  const metrics = createMetrics(register, store, now, () => active.size)
  const most = config.parallel ?? (transport.destinations === 'one' ? 20 : 200)
  // With one destination nothing is claimed while it is full: looking past a long queue for others costs time.
  const parallel = transport.destinations === 'one' ? Math.min(most, transport.perDestination) : most

  const rush = createRush()
  const standsBack = () => transport.patient && rush.on
  const places = () => (!standsBack() ? parallel : rush.trickles ? 1 : 0)

  const active = new Map<string, { destination: string; sending: Promise<void> }>()
  // Claimed and not yet begun: a claim is a commit, so several are made at once.
  let waiting: { row: Row<'dispatches'>; claimedAt: number }[] = []
  let started: { content: Content; handlers: Handlers } | undefined
  let stopping = false
  let looking: Promise<void> | undefined
  let lookAgain = false
  let timer: { at: number; handle: NodeJS.Timeout } | undefined
  let renewal: NodeJS.Timeout | undefined
  let mending: Promise<unknown> | undefined
  const watch = createJumpWatch(now, steady)
  // Until then a lease that has run out says nothing: the clock has jumped, and its owner may be alive.
  let unclaimedUntil = -Infinity

  const enqueue: Delivery['enqueue'] = async (trx, ...dispatches) => {
    await insertDispatches(trx, (address) => transport.destinationOf(address), now(), dispatches)
    rush.mark(dispatches.length)
    // The look is a transaction of its own, which comes after this one.
    wake()
  }
  const queue = createQueue({ store, schedule, now, enqueue })
  const parts: AttemptParts = {
    store,
    transport,
    schedule,
    softBounce: config.softBounce ?? false,
    metrics,
    owner,
    now,
    steady,
    random,
    log,
    enqueue,
    stopping: () => stopping,
    release: (ids) => leases.release(ids),
    holds: (id) => leases.holds(id),
  }

  /** What this process has in its hands, also where a failing disk or a clock that jumps ended its leases. */
  const mine = () => new Set([...active.keys(), ...waiting.map(({ row }) => row.id)])
  const claimable = () => ({ mine: mine(), unclaimed: steady() < unclaimedUntil })

  const mend = () => mendQueue({ store, now, stopping: () => stopping }, schedule)

  /** Asked before leases and times are relied on. */
  async function minded(): Promise<void> {
    const jump = watch.look()
    if (jump === 0) return
    metrics.clockJumps.inc()
    log.warn({ ms: Math.round(jump) }, 'the clock of this machine has jumped')
    if (jump > 0) unclaimedUntil = steady() + leaseTime
    await leases.renew([...mine()])
    if (jump < 0) await mend()
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
      if (standsBack()) wakeAt(now() + rushPause)
      // Where all places are taken, the end of a dispatch looks again.
      if (active.size >= places() || limit <= 0) return
      try {
        await minded()
        const { claimed, expired, passed } = await leases.claim({
          ...claimable(),
          limit,
          perDestination: transport.perDestination * ahead,
          busy: countsOf([...active.values(), ...waiting.map(({ row }) => row)]),
        })
        metrics.leasesExpired.inc(expired)
        waiting.push(...claimed.map((row) => ({ row, claimedAt: steady() })))
        begin()
        if (claimed.length > 0 && passed > 0) lookAgain = true
        if (claimed.length < limit) await sleep()
      } catch (error) {
        // Of a disk that fails the store tells, once.
        log[error instanceof StoreTrouble ? 'debug' : 'error']({ err: error }, 'the queue could not be read')
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
      rush.sent()
      active.set(row.id, { destination: row.destination, sending: send(row, claimedAt) })
      return false
    })
  }

  async function send(dispatch: Row<'dispatches'>, claimedAt: number): Promise<void> {
    try {
      if (!started) return
      // One that waited long may have been dropped by a person meanwhile.
      if (steady() - claimedAt > 1000 && !(await leases.holds(dispatch.id))) return
      const { content, handlers } = started
      const { state, nextTryAt } = await attempt(parts, dispatch, content, handlers)
      if (state === 'queued') wakeAt(nextTryAt)
      else if (state !== 'lost') await handlers.finished?.({ ...dispatch, state })
    } catch (error) {
      // The end could not be written; the lease runs out and the dispatch is tried again.
      log.error({ ...about(dispatch), err: error }, 'the end of a dispatch could not be stored')
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

  return {
    enqueue,
    wake,
    sandbox: isSandbox(config),
    outbox: { list: (limit) => outbox.list(limit), read: (id) => outbox.read(id) },
    list: (filter, limit) => queue.list(filter, limit),
    search: (text, options) => queue.search(text, options),
    pause: (filter) => queue.pause(filter),
    clean: () => queue.clean(),

    async retry(filter) {
      const count = await queue.retry(filter)
      wake()
      return count
    },

    async resume(filter) {
      const count = await queue.resume(filter)
      wake()
      return count
    },

    async drop(filter, bounce, why) {
      const dropped = await queue.drop(filter, bounce, why)
      for (const one of dropped) await started?.handlers.finished?.(one)
      return dropped
    },

    start(content, handlers = {}) {
      started = { content, handlers }
      const failed = (error: unknown) => log.error({ err: error }, 'leases could not be renewed')
      renewal = setInterval(() => {
        minded()
          .then(() => leases.renew([...mine()]))
          .catch(failed)
      }, leaseTime / 3)
      renewal.unref()
      // The clock may have been set back while nothing ran.
      mending = mend()
        .then(wake)
        .catch((error: unknown) => log.error({ err: error }, 'the queue could not be looked through'))
      wake()
    },

    async idle() {
      while (started && !stopping) {
        while (looking || active.size > 0 || waiting.length > 0) {
          wake()
          await Promise.all([looking, ...[...active.values()].map(({ sending }) => sending)])
          await turn()
        }
        if (!(await leases.hasDue(claimable()))) return
        wake()
      }
    },

    async [Symbol.asyncDispose]() {
      stopping = true
      clearTimeout(timer?.handle)
      clearInterval(renewal)
      await mending
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
