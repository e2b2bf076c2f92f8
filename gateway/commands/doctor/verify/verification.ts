import type { Inside } from '../../../inside.ts'
import type { AccountKey } from '../../../vault/index.ts'
import type { IdSet } from './id-set.ts'
import type { Issue } from './issue.ts'

/** What every look at the data works with. */
export interface Verification {
  readonly inside: Inside
  readonly quick: boolean
  /** ms since 1970 */
  readonly now: number
  /** Accounts whose key opens, by id. */
  readonly accounts: ReadonlyMap<string, VerifiedAccount>
  /** Bodies that something names. */
  readonly named: IdSet
  /** To be called after each batch. */
  readonly progress: (what: string, count: number) => void
}

export interface VerifiedAccount {
  readonly code: string
  readonly key: AccountKey
}

/** Looks at one kind of thing, batch by batch. */
export type Look = (verification: Verification) => AsyncIterable<Issue>
