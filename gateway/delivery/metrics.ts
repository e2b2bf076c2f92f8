import { Counter, Gauge, type Registry } from 'prom-client'
import type { Store } from '../store/index.ts'

/** What the delivery part counts. */
export interface DeliveryMetrics {
  /** Recipients whose server took the message. */
  readonly delivered: Counter
  /** Recipients given up. */
  readonly bounced: Counter
  /** Attempts to be made again. */
  readonly deferred: Counter
  /** Claims that another process lost: it died, or hung. */
  readonly leasesExpired: Counter
}

/** Depth and oldest age are asked of the store when somebody looks. */
export function createMetrics(register: Registry, store: Store, now: () => number): DeliveryMetrics {
  const registers = [register]
  const queued = () => store.db.selectFrom('dispatches').where('state', '=', 'queued')
  new Gauge({
    name: 'postern_queue_depth',
    help: 'Dispatches waiting or being sent',
    registers,
    async collect() {
      const row = await queued()
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      this.set(row.count)
    },
  })
  new Gauge({
    name: 'postern_queue_oldest_seconds',
    help: 'Age of the oldest dispatch that is not yet done',
    registers,
    async collect() {
      const row = await queued()
        .select((select) => select.fn.min('created_at').as('at'))
        .executeTakeFirst()
      this.set(typeof row?.at === 'number' ? Math.max(0, now() - row.at) / 1000 : 0)
    },
  })
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  return {
    delivered: counter('postern_delivered_total', 'Recipients whose server took the message'),
    bounced: counter('postern_bounced_total', 'Recipients given up for good'),
    deferred: counter('postern_deferred_total', 'Recipients to be tried again'),
    leasesExpired: counter('postern_queue_leases_expired_total', 'Claims that ran out without an end'),
  }
}
