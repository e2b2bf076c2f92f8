import { setImmediate as turn } from 'node:timers/promises'
import type { Row, Store, Trx } from '../../store/index.ts'
import type { NewDispatch } from '../dispatch.ts'
import { type QueueChange, createQueueChange } from './change.ts'
import { type QueueFilter, matching } from './filter.ts'
import { type QueuedDispatch, shown } from './row.ts'
import { type SearchOptions, type SearchResult, searchQueue } from './search.ts'
import type { RetrySchedule } from './schedule.ts'

/** How long ended dispatches stay listed, ms. */
const remembered = 30 * 24 * 3_600_000

/** Rows forgotten in one transaction. */
const batch = 500

/** The queue in the store: what the command line uses beside a running gateway. */
export interface Queue extends QueueChange {
  /** Oldest first. */
  list(filter: QueueFilter, limit?: number): Promise<QueuedDispatch[]>
  /** By queue id, Message-ID, address or reply of the remote. */
  search(text: string, options: SearchOptions): Promise<SearchResult>
  /** Forgets what ended a month ago and more, a few hundred at a time; events keep what happened. Returns how many. */
  clean(): Promise<number>
}

export function createQueue({
  store,
  schedule,
  now,
  enqueue,
}: {
  store: Store
  schedule: RetrySchedule
  now: () => number
  enqueue: (trx: Trx, ...dispatches: NewDispatch[]) => Promise<void>
}): Queue {
  async function withMessageIds(rows: readonly Row<'dispatches'>[]): Promise<QueuedDispatch[]> {
    const ids = rows.flatMap(({ message_id }) => message_id ?? [])
    const messages =
      ids.length === 0
        ? []
        : await store.db
            .selectFrom('messages')
            .select(['id', 'rfc_message_id'])
            .where('id', 'in', ids)
            .execute()
    const of = new Map(messages.map(({ id, rfc_message_id }) => [id, rfc_message_id]))
    return rows.map((row) => shown({ ...row, rfc_message_id: of.get(row.message_id ?? '') ?? null }, now()))
  }

  return {
    ...createQueueChange({ store, schedule, now, enqueue }),

    async list(filter, limit = 1000) {
      const found: QueuedDispatch[] = []
      for await (const rows of matching(store, filter, limit)) found.push(...(await withMessageIds(rows)))
      return found
    },

    search: (text, options) => searchQueue(store, text, options, () => performance.now()),

    async clean() {
      const before = now() - remembered
      let count = 0
      for (let after = ''; ;) {
        // Ids are in the order of time, so the oldest are looked at and nothing else.
        const rows = await store.db
          .selectFrom('dispatches')
          .select(['id', 'created_at', 'finished_at'])
          .where('id', '>', after)
          .orderBy('id')
          .limit(batch)
          .execute()
        const old = rows.filter(({ created_at }) => created_at < before)
        const ended = old.filter(({ finished_at }) => (finished_at ?? Infinity) < before)
        if (ended.length > 0) {
          await store.write(async (trx) => {
            for (const { id } of ended) await trx.deleteFrom('dispatches').where('id', '=', id).execute()
          })
          count += ended.length
        }
        const last = rows.at(-1)
        if (!last || old.length < batch) return count
        after = last.id
        await turn()
      }
    },
  }
}
