import type { Account, People } from '../people/index.ts'
import type { Row } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import type { Links } from './links.ts'
import type { NoticeSources } from './sources.ts'

/** The dispatch a notice is composed for: it fixes Message-ID and Date, so that a retry is the same message. */
export type NoticeDispatch = Pick<Row<'dispatches'>, 'id' | 'account_id' | 'created_at'>

export interface NoticesOptions {
  readonly people: People
  readonly vault: Vault
  readonly links: Links
  readonly facts: NoticeSources
  /** Configured origin of the portal, such as `https://secure.example.com`; never taken from a request. */
  readonly origin: string
  /** Name of this gateway in SMTP; the host of `origin` where it is not said. */
  readonly hostname?: string | undefined
  readonly now: () => number
  /** IANA time zone of dates; the machine's where it is not said. */
  readonly timeZone?: string | undefined
}

/** What a notice is written from. */
export interface Desk extends Omit<NoticesOptions, 'timeZone'> {
  readonly timeZone: string
  readonly account: Account
  readonly dispatch: NoticeDispatch
}
