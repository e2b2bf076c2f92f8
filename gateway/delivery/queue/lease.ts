import type { Row, Store, Trx } from '../../store/index.ts'
import { leaseTime, never, queued } from './row.ts'

/**
 * Claims by lease: a dispatch belongs to one process until its lease runs out. Nothing is locked while a remote
 * server thinks; a process that dies needs nobody to tidy up after it.
 */
export interface Leases {
  /**
   * Claims due dispatches, oldest due first, at most `limit`, and for each destination at most `perDestination`
   * together with those already `busy` there. `passed`: due ones looked at and left, their destination being full.
   */
  claim(wanted: Wanted): Promise<{ claimed: Row<'dispatches'>[]; expired: number; passed: number }>
  /** Whether there is anything that `claim` could take now. */
  hasDue(wanted: Pick<Wanted, 'mine' | 'unclaimed'>): Promise<boolean>
  /** Whether a claim is still ours. */
  holds(id: string): Promise<boolean>
  /** Holds the claims for another lease time. */
  renew(ids: readonly string[]): Promise<void>
  /** Gives claims back as they were found: the attempt was not made. */
  release(ids: readonly string[]): Promise<void>
  /** When the next unclaimed dispatch is due or a lease of another process runs out, ms; undefined: never. */
  nextDue(): Promise<number | undefined>
}

export interface Wanted {
  readonly limit: number
  readonly perDestination: number
  readonly busy: ReadonlyMap<string, number>
  /** In this process's hands: never claimed again, whatever the clock says of their leases. */
  readonly mine?: ReadonlySet<string>
  /** Leave leases that seem to have run out: the clock has just jumped, and who holds them may live. */
  readonly unclaimed?: boolean
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
  const { db } = store

  function due(from: Pick<Trx, 'selectFrom'>, at: number, unclaimed: boolean) {
    const query = from
      .selectFrom('dispatches')
      .where('state', '=', queued)
      .where('next_try_at', '<=', at)
      .orderBy('next_try_at')
    return unclaimed
      ? query.where('lease_until', 'is', null)
      : query.where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<=', at)]))
  }

  return {
    claim: ({ limit, perDestination, busy, mine, unclaimed = false }) =>
      store.write(async (trx) => {
        const at = now()
        const full = [...busy].filter(([, count]) => count >= perDestination).map(([name]) => name)
        let query = due(trx, at, unclaimed).select(['id', 'destination', 'lease_until']).limit(limit)
        if (full.length > 0) query = query.where('destination', 'not in', full)
        const free = new Map<string, number>()
        const found = (await query.execute()).filter(({ id }) => !mine?.has(id))
        const chosen = found.filter(({ destination }) => {
          const left = free.get(destination) ?? perDestination - (busy.get(destination) ?? 0)
          free.set(destination, left - 1)
          return left > 0
        })
        if (chosen.length === 0) return { claimed: [], expired: 0, passed: found.length }
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
          .where('state', '=', queued)
          .where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<=', at)]))
          .returningAll()
          .execute()
        return {
          claimed,
          expired: chosen.filter(({ lease_until }) => lease_until !== null).length,
          passed: found.length - chosen.length,
        }
      }),

    async hasDue({ mine, unclaimed = false }) {
      const found = await due(db, now(), unclaimed)
        .select('id')
        .limit((mine?.size ?? 0) + 1)
        .execute()
      return found.some(({ id }) => !mine?.has(id))
    },

    async holds(id) {
      const row = await db
        .selectFrom('dispatches')
        .select('id')
        .where('id', '=', id)
        .where('lease_owner', '=', owner)
        .where('state', '=', queued)
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
      const waiting = await db
        .selectFrom('dispatches')
        .select('next_try_at as at')
        .where('state', '=', queued)
        .where('next_try_at', '<', never)
        .where('lease_until', 'is', null)
        .orderBy('next_try_at')
        .limit(1)
        .executeTakeFirst()
      const leased = await db
        .selectFrom('dispatches')
        .select('lease_until as at')
        .where('lease_until', 'is not', null)
        .where('lease_owner', '!=', owner)
        .orderBy('lease_until')
        .limit(1)
        .executeTakeFirst()
      const times = [waiting?.at, leased?.at].filter((at) => typeof at === 'number')
      return times.length > 0 ? Math.min(...times) : undefined
    },
  }
}
