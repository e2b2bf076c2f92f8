import type { Row, Store } from '../store/index.ts'
import { leaseTime } from './queue.ts'

/**
 * Claims by lease: a dispatch belongs to one process until its lease runs out. Nothing is locked while a remote
 * server thinks; a process that dies needs nobody to tidy up after it.
 */
export interface Leases {
  /**
   * Claims due dispatches, oldest due first, at most `limit`, and for each destination at most `perDestination`
   * together with those already `busy` there. `passed`: due ones looked at and left, their destination being full.
   */
  claim(wanted: {
    limit: number
    perDestination: number
    busy: ReadonlyMap<string, number>
  }): Promise<{ claimed: Row<'dispatches'>[]; expired: number; passed: number }>
  /** Whether a claim is still ours. */
  holds(id: string): Promise<boolean>
  /** Holds the claims for another lease time. */
  renew(ids: readonly string[]): Promise<void>
  /** Gives claims back as they were found: the attempt was not made. */
  release(ids: readonly string[]): Promise<void>
  /** When the next unclaimed dispatch is due or a lease of another process runs out, ms; undefined: never. */
  nextDue(): Promise<number | undefined>
}

/** @param owner a new id for each process: what another run of this machine leased is not ours. */
export function createLeases({
  store,
  now,
  owner,
}: {
  store: Store
  now: () => number
  owner: string
}): Leases {
  return {
    claim: ({ limit, perDestination, busy }) =>
      store.write(async (trx) => {
        const at = now()
        const full = [...busy].filter(([, count]) => count >= perDestination).map(([name]) => name)
        let query = trx
          .selectFrom('dispatches')
          .select(['id', 'destination', 'lease_until'])
          .where('state', '=', 'queued')
          .where('next_try_at', '<=', at)
          .where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<=', at)]))
          .orderBy('next_try_at')
          .limit(limit)
        if (full.length > 0) query = query.where('destination', 'not in', full)
        const free = new Map<string, number>()
        const due = await query.execute()
        const chosen = due.filter(({ destination }) => {
          const left = free.get(destination) ?? perDestination - (busy.get(destination) ?? 0)
          free.set(destination, left - 1)
          return left > 0
        })
        if (chosen.length === 0) return { claimed: [], expired: 0, passed: due.length }
        // Every condition again: on a database with several writers another may have been quicker.
        const claimed = await trx
          .updateTable('dispatches')
          .set((set) => ({
            lease_owner: owner,
            lease_until: at + leaseTime,
            attempts: set('attempts', '+', 1),
          }))
          .where(
            'id',
            'in',
            chosen.map(({ id }) => id),
          )
          .where('state', '=', 'queued')
          .where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<=', at)]))
          .returningAll()
          .execute()
        return {
          claimed,
          expired: chosen.filter(({ lease_until }) => lease_until !== null).length,
          passed: due.length - chosen.length,
        }
      }),

    async holds(id) {
      const row = await store.db
        .selectFrom('dispatches')
        .select('id')
        .where('id', '=', id)
        .where('lease_owner', '=', owner)
        .where('state', '=', 'queued')
        .executeTakeFirst()
      return row !== undefined
    },

    async renew(ids) {
      if (ids.length === 0) return
      await store.write(async (trx) => {
        await trx
          .updateTable('dispatches')
          .set({ lease_until: now() + leaseTime })
          .where('id', 'in', ids)
          .where('lease_owner', '=', owner)
          .execute()
      })
    },

    async release(ids) {
      if (ids.length === 0) return
      await store.write(async (trx) => {
        await trx
          .updateTable('dispatches')
          .set((set) => ({ lease_owner: null, lease_until: null, attempts: set('attempts', '-', 1) }))
          .where('id', 'in', ids)
          .where('lease_owner', '=', owner)
          .execute()
      })
    },

    async nextDue() {
      const queued = () => store.db.selectFrom('dispatches').where('state', '=', 'queued')
      const waiting = await queued()
        .select((select) => select.fn.min('next_try_at').as('at'))
        .where('lease_until', 'is', null)
        .executeTakeFirst()
      const leased = await queued()
        .select((select) => select.fn.min('lease_until').as('at'))
        .where('lease_owner', '!=', owner)
        .executeTakeFirst()
      const times = [waiting?.at, leased?.at].filter((at) => typeof at === 'number')
      return times.length > 0 ? Math.min(...times) : undefined
    },
  }
}
