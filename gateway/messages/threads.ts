import type { Store } from '../store/index.ts'

/** References looked at; the last ones are the nearest. */
const mostIds = 100

/** Whether one of these Message-IDs belongs to a message that this account held or that was written in the portal. */
export async function isSecureThread(
  { db }: Store,
  accountId: string,
  rfcMessageIds: readonly string[],
): Promise<boolean> {
  if (rfcMessageIds.length === 0) return false
  const found = await db
    .selectFrom('threads')
    .select('message_id')
    .where('account_id', '=', accountId)
    .where('rfc_message_id', 'in', rfcMessageIds.slice(-mostIds))
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}
