import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Store } from '../store/index.ts'
import { queued } from './queue/index.ts'

/** `message`: the message itself went; `notice`: a mail of the gateway's own. */
type Kind = 'kind'

/** What the delivery part counts. No label holds an address, a domain or an id. */
export interface DeliveryMetrics {
  /** Attempts at a dispatch. */
  readonly attempts: Counter<Kind>
  /** Recipients whose server took the message: of kind `message`, those it was relayed to. */
  readonly delivered: Counter<Kind>
  /** Recipients given up. */
  readonly bounced: Counter<Kind>
  /** Recipients to be tried again. */
  readonly deferred: Counter<Kind>
  /** Recipients for whom a message is held because their server offers no verified TLS. */
  readonly heldInstead: Counter
  /** Dispatches whose sender was told, or would be, that they are late. */
  readonly delayed: Counter<Kind>
  /** Claims that another process lost: it died, or hung. */
  readonly leasesExpired: Counter
  /** Claims that this process lost while it was sending. */
  readonly leasesLost: Counter
  readonly clockJumps: Counter
  /** Notices, and what became of each attempt to send one. */
  readonly notices: Counter<'type' | 'outcome'>
  /** From the first byte to the last answer, by how the attempt ended. */
  readonly seconds: Histogram<Kind | 'outcome'>
}

/** Depth and oldest age are asked of the store when somebody looks; each is a walk over one small index. */
export function createMetrics(
  register: Registry,
  store: Store,
  now: () => number,
  sending: () => number,
): DeliveryMetrics {
  const registers = [register]
  const { db } = store
  const labelNames = ['kind'] as const
  new Gauge({
    name: 'postern_queue_depth',
    help: 'Dispatches not yet done: waiting, being sent or paused',
    registers,
    async collect() {
      const { count } = await db
        .selectFrom('dispatches')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('state', '=', queued)
        .executeTakeFirstOrThrow()
      this.set(count)
    },
  })
  new Gauge({
    name: 'postern_queue_paused',
    help: 'Those of them that a person keeps from being sent',
    registers,
    async collect() {
      const { count } = await db
        .selectFrom('dispatches')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('paused_at', 'is not', null)
        .executeTakeFirstOrThrow()
      this.set(count)
    },
  })
  new Gauge({
    name: 'postern_queue_sending',
    help: 'Those of them that this process is sending',
    registers,
    collect() {
      this.set(sending())
    },
  })
  new Gauge({
    name: 'postern_queue_oldest_seconds',
    help: 'Age of the oldest dispatch that is not yet done',
    registers,
    async collect() {
      // Ids are in the order of time.
      const oldest = await db
        .selectFrom('dispatches')
        .select('created_at')
        .where('state', '=', queued)
        .orderBy('id')
        .limit(1)
        .executeTakeFirst()
      this.set(oldest ? Math.max(0, now() - oldest.created_at) / 1000 : 0)
    },
  })
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const byKind = (name: string, help: string) => new Counter({ name, help, labelNames, registers })
  return {
    attempts: byKind('postern_attempts_total', 'Attempts to send a dispatch'),
    delivered: byKind('postern_delivered_total', 'Recipients whose server took the message or notice'),
    bounced: byKind('postern_bounced_total', 'Recipients given up for good'),
    deferred: byKind('postern_deferred_total', 'Recipients to be tried again'),
    heldInstead: counter('postern_held_instead_total', 'Recipients held for, verified TLS being required'),
    delayed: byKind('postern_delayed_total', 'Dispatches that became late'),
    leasesExpired: counter('postern_queue_leases_expired_total', 'Claims that ran out without an end'),
    leasesLost: counter('postern_queue_leases_lost_total', 'Claims lost to another process while sending'),
    clockJumps: counter('postern_clock_jumps_total', 'Times the clock of this machine was set'),
    notices: new Counter({
      name: 'postern_notices_total',
      help: 'Attempts to send a notice, by type and outcome; gone: there was nothing to tell any more',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    seconds: new Histogram({
      name: 'postern_send_seconds',
      help: 'Time of an attempt to send, by how it ended',
      labelNames: ['kind', 'outcome'],
      buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300],
      registers,
    }),
  }
}
