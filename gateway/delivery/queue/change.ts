import { setImmediate as turn } from 'node:timers/promises'
import type { ExpressionBuilder, UpdateObject } from 'kysely'
import type { Row, Schema, Trx } from '../../store/index.ts'
import { type DropParts, type Dropped, type Why, giveUpAll } from './give-up.ts'
import { type QueueFilter, matching } from './filter.ts'
import { never, queued, recipientsOf } from './row.ts'
import type { OriginalOf } from '../report.ts'
import type { RetrySchedule } from './schedule.ts'

/** What a person may do to dispatches that wait. Each is done in small transactions, beside a running gateway. */
export interface QueueChange {
  /**
   * Makes queued dispatches due now, and failed or dropped ones named by id queued again, as long as their message
   * is there. Paused ones stay so. Returns how many.
   */
  retry(filter: QueueFilter): Promise<number>
  /**
   * Keeps queued dispatches from being sent; what is being sent at this moment goes. Nothing happens to them then:
   * no attempt, no report, and their time does not run. Returns how many.
   */
  pause(filter: QueueFilter): Promise<number>
  /** Lets paused ones go, at once. Returns how many. */
  resume(filter: QueueFilter): Promise<number>
  /**
   * Gives up queued dispatches.
   * @param bounce the sender is told, where they want to know and no program wrote the message, of which this gives
   * the clear bytes. Left out: nobody is told.
   */
  drop(filter: QueueFilter, bounce?: OriginalOf, why?: Why): Promise<Dropped[]>
}

/** Dispatches given up in one transaction: each has its events, and maybe a report. */
const batch = 50

export function createQueueChange(parts: DropParts & { readonly schedule: RetrySchedule }): QueueChange {
  const { store, schedule, now } = parts

  /** Changes what matches, page by page: a statement and a transaction each. */
  async function change(
    filter: QueueFilter & { readonly paused: boolean },
    values: (set: ExpressionBuilder<Schema, 'dispatches'>) => UpdateObject<Schema, 'dispatches'>,
  ): Promise<number> {
    let count = 0
    for await (const rows of matching(store, { ...filter, state: 'queued' })) {
      const ids = rows.map(({ id }) => id)
      const { numUpdatedRows } = await store.write((trx) =>
        trx
          .updateTable('dispatches')
          .set(values)
          .where('id', 'in', ids)
          .where('state', '=', queued)
          .where('paused_at', filter.paused ? 'is not' : 'is', null)
          .executeTakeFirst(),
      )
      count += Number(numUpdatedRows)
      await turn()
    }
    return count
  }

  return {
    async retry(filter) {
      const { id } = filter
      if (id !== undefined) {
        // Named by a person: even one that was given up, whose time begins anew.
        const at = now()
        for await (const rows of matching(store, filter)) {
          await store.write(async (trx) => {
            for (const row of rows)
              await revive(trx, row, { next_try_at: at, give_up_at: at + schedule.giveUpAfter })
          })
        }
      }
      return change({ ...filter, paused: false }, () => ({ next_try_at: now() }))
    },

    pause: (filter) => change({ ...filter, paused: false }, () => ({ paused_at: now(), next_try_at: never })),

    resume: (filter) =>
      change({ ...filter, paused: true }, (set) => {
        const end = set.fn.coalesce('give_up_at', set('created_at', '+', schedule.giveUpAfter))
        const rested = set(set.val(now()), '-', set.ref('paused_at'))
        return { paused_at: null, next_try_at: now(), give_up_at: set(end, '+', rested) }
      }),

    async drop(filter, bounce, why) {
      const dropped: Dropped[] = []
      for await (const rows of matching(store, { ...filter, state: 'queued' })) {
        for (let from = 0; from < rows.length; from += batch) {
          dropped.push(...(await giveUpAll(parts, rows.slice(from, from + batch), bounce, why)))
          await turn()
        }
      }
      return dropped
    },
  }
}

/** Recipients that failed are queued again; delivered ones stay delivered. Not where the message is destroyed. */
async function revive(trx: Trx, row: Row<'dispatches'>, values: Partial<Row<'dispatches'>>): Promise<void> {
  if (row.state !== 'failed' && row.state !== 'dropped') return
  const shredded =
    row.message_id !== null &&
    (await trx
      .selectFrom('messages')
      .select('id')
      .where('id', '=', row.message_id)
      .where('shredded_at', 'is not', null)
      .executeTakeFirst())
  const recipients = recipientsOf(row).map((one) =>
    one.state === 'failed' ? { ...one, state: 'queued' as const } : one,
  )
  if (shredded || !recipients.some((one) => one.state === 'queued')) return
  await trx
    .updateTable('dispatches')
    .set({
      ...values,
      state: 'queued',
      attempts: 0,
      finished_at: null,
      recipients_json: JSON.stringify(recipients),
    })
    .where('id', '=', row.id)
    .where('state', '=', row.state)
    .execute()
}
