import type { Notice } from '../notices/index.ts'
import { type Account, type Person, noticeAddress } from '../people/index.ts'
import type { Trx } from '../store/index.ts'
import type { Context } from './context.ts'

/** Queues a notice to a person. @returns false where no account can send one. */
export async function mail(context: Context, trx: Trx, person: Person, notice: Notice): Promise<boolean> {
  const account = await accountFor(context, trx, person)
  if (!account) {
    context.log.warn({ personId: person.id, notice: notice.type }, 'no account can send this notice')
    return false
  }
  await context.delivery.enqueue(trx, {
    kind: 'notice',
    accountId: account.id,
    notice,
    envelopeFrom: noticeAddress(account),
    recipient: person.address,
  })
  return true
}

/** The account that speaks to a person: their own, else the one that wrote to them last, else the first. */
async function accountFor({ people }: Context, trx: Trx, person: Person): Promise<Account | undefined> {
  if (person.account_id !== null) return people.account(person.account_id)
  const copy = await trx
    .selectFrom('copies')
    .select('account_id')
    .where('person_id', '=', person.id)
    .orderBy('received_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (copy) return people.account(copy.account_id)
  // Ids are in the order of time.
  const accounts = (await people.accounts()).filter((account) => account.domains.length > 0)
  return accounts.sort((a, b) => (a.id < b.id ? -1 : 1))[0]
}
