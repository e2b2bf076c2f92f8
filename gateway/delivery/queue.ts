import { type Row, type Store, type Trx, insert, newId } from '../store/index.ts'
import { DispatchRecipient, type NewDispatch } from './dispatch.ts'

/** RFC 5321 section 4.5.3.1.8: every server takes at least 100 recipients in one transaction. */
const mostRecipients = 100

/** How long a claim holds without being renewed, ms. After a crash a dispatch waits as long as that. */
export const leaseTime = 30_000

/** How long ended dispatches stay listed, ms. */
const remembered = 30 * 24 * 3_600_000

/** A dispatch as `postern queue list` shows it. */
export interface QueuedDispatch {
  readonly id: string
  readonly accountId: string
  readonly kind: 'message' | 'notice'
  /** Type of a notice, else null. */
  readonly notice: string | null
  readonly messageId: string | null
  readonly envelopeFrom: string
  readonly recipients: readonly DispatchRecipient[]
  readonly destination: string
  readonly state: Row<'dispatches'>['state']
  readonly attempts: number
  /** Times in ms. */
  readonly nextTryAt: number
  readonly createdAt: number
  readonly finishedAt: number | null
  /** Being sent at this moment. */
  readonly sending: boolean
}

/** Which dispatches; what is left out matches all. */
export interface QueueFilter {
  readonly id?: string
  readonly destination?: string
  readonly accountId?: string
  /** Queued ones where left out. */
  readonly state?: Row<'dispatches'>['state']
}

/** The queue in the store: what the command line uses beside a running gateway. */
export interface Queue {
  /** Oldest first. */
  list(filter: QueueFilter, limit?: number): Promise<QueuedDispatch[]>
  /** Makes queued dispatches due now, and failed or dropped ones named by id queued again. Returns how many. */
  retry(filter: QueueFilter): Promise<number>
  /** Gives up queued dispatches without telling anybody. Returns their rows. */
  drop(filter: QueueFilter): Promise<Row<'dispatches'>[]>
  /** Forgets what ended a month ago and more, a few hundred at a time; events keep what happened. Returns how many. */
  clean(): Promise<number>
}

export function createQueue({ store, now }: { store: Store; now: () => number }): Queue {
  return {
    async list(filter, limit = 1000) {
      let query = store.db.selectFrom('dispatches').selectAll().orderBy('id').limit(limit)
      if (filter.id !== undefined) query = query.where('id', '=', filter.id)
      else query = query.where('state', '=', filter.state ?? 'queued')
      if (filter.destination !== undefined) query = query.where('destination', '=', filter.destination)
      if (filter.accountId !== undefined) query = query.where('account_id', '=', filter.accountId)
      return (await query.execute()).map((row) => shown(row, now()))
    },

    retry: (filter) =>
      store.write(async (trx) => {
        let update = trx.updateTable('dispatches').set({ next_try_at: now() })
        if (filter.id !== undefined) {
          // Named by a person: even one that was given up, whose time begins anew.
          await revive(trx, filter.id, now())
          update = update.where('id', '=', filter.id)
        }
        if (filter.destination !== undefined) update = update.where('destination', '=', filter.destination)
        if (filter.accountId !== undefined) update = update.where('account_id', '=', filter.accountId)
        const changed = await update.where('state', '=', 'queued').executeTakeFirst()
        return Number(changed.numUpdatedRows)
      }),

    drop: (filter) =>
      store.write(async (trx) => {
        let update = trx
          .updateTable('dispatches')
          .set({ state: 'dropped', finished_at: now(), lease_owner: null, lease_until: null })
          .where('state', '=', 'queued')
        if (filter.id !== undefined) update = update.where('id', '=', filter.id)
        if (filter.destination !== undefined) update = update.where('destination', '=', filter.destination)
        if (filter.accountId !== undefined) update = update.where('account_id', '=', filter.accountId)
        return update.returningAll().execute()
      }),

    clean: () =>
      store.write(async (trx) => {
        // Ids are in the order of time, so the oldest are looked at and nothing else.
        const oldest = await trx
          .selectFrom('dispatches')
          .select(['id', 'finished_at'])
          .orderBy('id')
          .limit(500)
          .execute()
        const ended = oldest.filter(({ finished_at }) => (finished_at ?? Infinity) < now() - remembered)
        for (const { id } of ended) await trx.deleteFrom('dispatches').where('id', '=', id).execute()
        return ended.length
      }),
  }
}

/** Recipients that failed are queued again; delivered ones stay delivered. */
async function revive(trx: Trx, id: string, now: number): Promise<void> {
  const row = await trx
    .selectFrom('dispatches')
    .selectAll()
    .where('id', '=', id)
    .where('state', 'in', ['failed', 'dropped'])
    .executeTakeFirst()
  if (!row) return
  const recipients = recipientsOf(row).map((one) =>
    one.state === 'failed' ? { ...one, state: 'queued' as const } : one,
  )
  if (!recipients.some((one) => one.state === 'queued')) return
  await trx
    .updateTable('dispatches')
    .set({
      state: 'queued',
      attempts: 0,
      created_at: now,
      finished_at: null,
      recipients_json: JSON.stringify(recipients),
    })
    .where('id', '=', id)
    .execute()
}

/** Inserts dispatches, one for each destination (and each hundred recipients) of each. */
export async function insertDispatches(
  trx: Trx,
  destinationOf: (address: string) => string,
  now: number,
  dispatches: readonly NewDispatch[],
): Promise<void> {
  const rows = dispatches.flatMap((dispatch) =>
    grouped(dispatch.kind === 'message' ? dispatch.recipients : [dispatch.recipient], destinationOf).map(
      ([destination, addresses]) => ({
        id: newId(),
        account_id: dispatch.accountId,
        kind: dispatch.kind,
        message_id: dispatch.messageId ?? null,
        copy_id: dispatch.kind === 'notice' ? (dispatch.copyId ?? null) : null,
        notice_json: dispatch.kind === 'notice' ? JSON.stringify(dispatch.notice) : null,
        envelope_from: dispatch.envelopeFrom,
        recipients_json: JSON.stringify(
          addresses.map((address): DispatchRecipient => ({ address, state: 'queued', reply: '' })),
        ),
        destination,
        state: 'queued' as const,
        attempts: 0,
        next_try_at: now,
        lease_until: null,
        lease_owner: null,
        created_at: now,
        finished_at: null,
      }),
    ),
  )
  for (const row of rows) await insert(trx, 'dispatches', row)
}

function grouped(
  addresses: readonly string[],
  destinationOf: (address: string) => string,
): [destination: string, addresses: string[]][] {
  const groups: [string, string[]][] = []
  for (const address of new Set(addresses)) {
    const destination = destinationOf(address)
    const open = groups.find(([name, group]) => name === destination && group.length < mostRecipients)
    if (open) open[1].push(address)
    else groups.push([destination, [address]])
  }
  return groups
}

export function recipientsOf(row: Pick<Row<'dispatches'>, 'recipients_json'>): DispatchRecipient[] {
  return DispatchRecipient.array().parse(JSON.parse(row.recipients_json))
}

function shown(row: Row<'dispatches'>, now: number): QueuedDispatch {
  const notice: unknown = row.notice_json === null ? null : JSON.parse(row.notice_json)
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    notice:
      typeof notice === 'object' && notice !== null && 'type' in notice && typeof notice.type === 'string'
        ? notice.type
        : null,
    messageId: row.message_id,
    envelopeFrom: row.envelope_from,
    recipients: recipientsOf(row),
    destination: row.destination,
    state: row.state,
    attempts: row.attempts,
    nextTryAt: row.next_try_at,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    sending: row.lease_until !== null && row.lease_until > now,
  }
}
