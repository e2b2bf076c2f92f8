import type { Logger } from 'pino'
import type { Delivery } from '../delivery/index.ts'
import type { People } from '../people/index.ts'
import type { Store } from '../store/index.ts'
import type { MimeParser } from './parser.ts'

/** What every file of this part works with. */
export interface MessageParts {
  readonly store: Store
  readonly people: People
  readonly delivery: Pick<Delivery, 'enqueue'>
  readonly parser: MimeParser
  readonly now: () => number
  readonly log: Logger
  /** Host name of the portal: right half of the Message-IDs that are made here. */
  readonly host: string
}
