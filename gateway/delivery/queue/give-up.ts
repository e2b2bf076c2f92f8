import { record } from '../../audit/index.ts'
import type { Row, Store, Trx } from '../../store/index.ts'
import type { DispatchRecipient, NewDispatch } from '../dispatch.ts'
import { queued, recipientsOf } from './row.ts'
import { type OriginalOf, failureReport, noticeOf, silences } from '../report.ts'

export interface Dropped {
  readonly id: string
  readonly message_id: string | null
  readonly state: 'dropped' | 'failed'
}

/** Why something is given up, as its sender is told: a reply and a status of RFC 3463. */
export interface Why {
  readonly reply: string
  readonly status: string
}

/** RFC 3463: X.3.0, other or undefined mail system status. */
const givenUpByPerson: Why = { reply: 'An administrator of the gateway gave it up.', status: '5.3.0' }

/** What giving up takes. */
export interface DropParts {
  readonly store: Store
  readonly now: () => number
  readonly enqueue: (trx: Trx, ...dispatches: NewDispatch[]) => Promise<void>
}

/**
 * Gives up dispatches, in one transaction: each has its events, and its report where `bounce` is there.
 * @param bounce the clear bytes of a message, by which it is known whether a report of it may be sent.
 */
export async function giveUpAll(
  { store, now, enqueue }: DropParts,
  rows: readonly Row<'dispatches'>[],
  bounce: OriginalOf | undefined,
  why: Why = givenUpByPerson,
): Promise<Dropped[]> {
  const silent = new Set<string>()
  // Read before the transaction, which waits for nothing but the database.
  if (bounce) for (const row of rows) if (await silences(row, bounce)) silent.add(row.id)
  const state = bounce ? ('failed' as const) : ('dropped' as const)
  return store.write(async (trx) => {
    const dropped: Dropped[] = []
    for (const row of rows) {
      if (!(await giveUp(trx, row, state, why, now()))) continue
      dropped.push({ id: row.id, message_id: row.message_id, state })
      if (!bounce || silent.has(row.id)) continue
      const report = await failureReport(
        trx,
        row,
        waitingOf(row).map((one) => failedFor(one, why)),
      )
      if (report) await enqueue(trx, report)
    }
    return dropped
  })
}

const waitingOf = (row: Row<'dispatches'>) => recipientsOf(row).filter(({ state }) => state === 'queued')

const failedFor = (one: DispatchRecipient, why: Why) => ({ ...one, ...why, server: undefined })

async function giveUp(
  trx: Trx,
  row: Row<'dispatches'>,
  state: 'dropped' | 'failed',
  why: Why,
  now: number,
): Promise<boolean> {
  const recipients = recipientsOf(row).map((one): DispatchRecipient =>
    one.state === 'queued' && state === 'failed' ? { ...failedFor(one, why), state, at: now } : one,
  )
  const { numUpdatedRows } = await trx
    .updateTable('dispatches')
    .set({
      state,
      recipients_json: JSON.stringify(recipients),
      finished_at: now,
      paused_at: null,
      lease_owner: null,
      lease_until: null,
    })
    .where('id', '=', row.id)
    .where('state', '=', queued)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  const notice = noticeOf(row)
  await record(
    trx,
    now,
    ...waitingOf(row).map(({ address }) => ({
      type: state === 'failed' ? 'delivery-failed' : 'delivery-dropped',
      accountId: row.account_id,
      messageId: row.message_id ?? undefined,
      copyId: row.copy_id ?? undefined,
      detail: {
        address,
        reply: why.reply,
        dispatch: row.id,
        ...(notice && { notice: notice.type }),
      },
    })),
  )
  return true
}
