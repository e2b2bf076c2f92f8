import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { NewDispatch } from '../delivery/index.ts'
import type { People } from '../people/index.ts'
import type { Store, Trx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import type { Background } from './background.ts'
import type { Judge } from './judge.ts'
import type { Passwords } from './password.ts'

/** What signing in needs of the rest of the gateway. */
export interface SigninParts {
  readonly store: Store
  readonly vault: Vault
  readonly people: People
  /** The queue that notices go into. */
  readonly delivery: { enqueue(trx: Trx, ...dispatches: NewDispatch[]): Promise<void> }
  /** Ms since 1970. */
  readonly now: () => number
  readonly log: Logger
  /** For metrics. */
  readonly register?: Registry | undefined
}

/** The same with what the files of this part share. */
export interface Context extends SigninParts {
  readonly passwords: Passwords
  readonly judge: Judge
  readonly background: Background
}

/** Where a request came from. */
export interface Visitor {
  readonly ip: string
  /** User-Agent, '' where there is none. */
  readonly agent: string
}
