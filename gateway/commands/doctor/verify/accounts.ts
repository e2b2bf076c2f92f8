import type { Inside } from '../../../inside.ts'
import { type Issue, sentence } from './issue.ts'
import type { VerifiedAccount } from './verification.ts'

/** The keys under which everything of an account is sealed. Where none opens, the master key is not that of the data. */
export async function lookAtAccounts({
  store,
  vault,
}: Inside): Promise<{ accounts: Map<string, VerifiedAccount>; issues: Issue[]; wrongMasterKey: boolean }> {
  const rows = await store.db.selectFrom('accounts').select(['id', 'code', 'wrapped_key']).execute()
  const accounts = new Map<string, VerifiedAccount>()
  const issues: Issue[] = []
  for (const { id, code, wrapped_key } of rows) {
    try {
      accounts.set(id, { code, key: vault.account(id, wrapped_key) })
    } catch (error) {
      issues.push({
        kind: 'account-key',
        detail: `The key of account ${code} can't be opened (${sentence(error)}): nothing that is sealed under it can be read. Restore the newest backup.`,
      })
    }
  }
  const wrongMasterKey = rows.length > 0 && accounts.size === 0
  return { accounts, issues, wrongMasterKey }
}
