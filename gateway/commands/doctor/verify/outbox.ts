import { outboxParts } from '../../../delivery/index.ts'
import type { Row } from '../../../store/index.ts'
import { batch, inBatches } from './batches.ts'
import { type Issue, sentence } from './issue.ts'
import { Unreadable, brokenBody } from './sealed-body.ts'
import type { Look, Verification } from './verification.ts'

/** What would have left a sandbox. */
export const lookAtOutbox: Look = async function* (verification) {
  const { inside, progress } = verification
  const entries = inBatches(
    (after) =>
      inside.store.db
        .selectFrom('outbox')
        .selectAll()
        .where('id', '>', after)
        .orderBy('id')
        .limit(batch)
        .execute(),
    (count) => progress('outbox entries', count),
  )
  for await (const row of entries) yield* lookAt(verification, row)
}

async function* lookAt(verification: Verification, row: Row<'outbox'>): AsyncGenerator<Issue> {
  const { inside, accounts, named, quick } = verification
  named.add(row.body_id)
  const account = accounts.get(row.account_id)
  if (!account) return
  let broken: string | undefined
  try {
    const key = account.key.message(row.id, row.wrapped_key)
    key.unseal(outboxParts.subject, row.subject_sealed)
    broken = await brokenBody(inside.store.bodies, row.body_id, { key, part: outboxParts.mime, quick })
  } catch (error) {
    if (error instanceof Unreadable) return
    broken = sentence(error)
  }
  if (broken === undefined) return
  const { store } = inside
  // The outbox keeps so many and no more: it may have gone meanwhile.
  if (!(await store.db.selectFrom('outbox').select('id').where('id', '=', row.id).executeTakeFirst())) return
  yield {
    kind: 'outbox-entry',
    detail: `Outbox entry ${row.id} can't be opened: ${broken}.`,
    repair: {
      done: `Removed outbox entry ${row.id}.`,
      async run() {
        await store.write(async (trx) => {
          await trx.deleteFrom('outbox').where('id', '=', row.id).execute()
          await store.bodies.unlink(trx, row.body_id)
        })
        await store.bodies.discard(row.body_id)
      },
    },
  }
}
