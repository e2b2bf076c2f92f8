import type { Account } from './people.ts'

/**
 * The address that notices of an account come from and that takes their bounces: the one it chose, else
 * `postern@<first domain>`. Throws where the account has neither, for then it can send no mail at all.
 */
export function noticeAddress(account: Account): string {
  const domain = account.domains[0]
  if (account.settings.noticeAddress !== null) return account.settings.noticeAddress
  if (domain === undefined) throw new Error(`account ${account.code} has no domain to send notices from`)
  return `postern@${domain}`
}
