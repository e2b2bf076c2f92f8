import { setImmediate as turn } from 'node:timers/promises'
import type { Row, Store } from '../../store/index.ts'
import { leaseTime, never, queued } from './row.ts'
import { type RetrySchedule, longestWait } from './schedule.ts'

/** Rows looked at in one go. */
const page = 500

type Waiting = Pick<Row<'dispatches'>, 'id' | 'attempts' | 'next_try_at' | 'lease_until'>

/**
 * Puts right what a clock that was set back leaves in the queue: times to try again and leases that lie further ahead
 * than they can. Harmless at any time, and by several processes at once. @returns how many were put right.
 */
export async function mendQueue(
  {
    store,
    now,
    stopping,
  }: { readonly store: Store; readonly now: () => number; readonly stopping: () => boolean },
  schedule: RetrySchedule,
): Promise<number> {
  // The living renew theirs before that.
  const { numUpdatedRows } = await store.write((trx) =>
    trx
      .updateTable('dispatches')
      .set({ lease_until: now() + leaseTime })
      .where('lease_until', '>', now() + leaseTime)
      .executeTakeFirst(),
  )
  let mended = Number(numUpdatedRows)
  for (let after = ''; !stopping();) {
    const rows = await store.db
      .selectFrom('dispatches')
      .select(['id', 'attempts', 'next_try_at', 'lease_until'])
      .where('state', '=', queued)
      .where('id', '>', after)
      .orderBy('id')
      .limit(page)
      .execute()
    const at = now()
    const far = rows.filter((row) => row.next_try_at < never && row.next_try_at > latest(schedule, row, at))
    if (far.length > 0) mended += await bringBack(store, schedule, far, at)
    after = rows.at(-1)?.id ?? ''
    if (rows.length < page) return mended
    await turn()
  }
  return mended
}

/** The last moment at which it can be due. One that is leased was due already: its attempt has no end. */
function latest(schedule: RetrySchedule, { attempts, lease_until }: Waiting, at: number): number {
  return at + (lease_until === null ? Math.round(longestWait(schedule, attempts)) : 0)
}

async function bringBack(
  store: Store,
  schedule: RetrySchedule,
  rows: readonly Waiting[],
  at: number,
): Promise<number> {
  let count = 0
  await store.write(async (trx) => {
    for (const row of rows) {
      const { numUpdatedRows } = await trx
        .updateTable('dispatches')
        .set({ next_try_at: latest(schedule, row, at) })
        .where('id', '=', row.id)
        .where('state', '=', queued)
        // As it was read: it may have been tried or paused meanwhile.
        .where('next_try_at', '=', row.next_try_at)
        .executeTakeFirst()
      count += Number(numUpdatedRows)
    }
  })
  return count
}
