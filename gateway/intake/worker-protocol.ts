import type { MessageFacts, PreparedMessage, SealedMessage } from '../messages/index.ts'
import type { Person } from '../people/index.ts'
import type { KeyAndCertificate } from './certificate.ts'
import type { IntakeCounts } from './counts.ts'
import type { IntakeConfig } from './listeners.ts'
import type { ErrorData } from './worker-error.ts'

/** What a worker begins with. All of it stays within this process. */
export interface WorkerSetup {
  readonly config: IntakeConfig
  /** Whether other workers listen on the same ports. */
  readonly shared: boolean
  readonly tls: KeyAndCertificate
  readonly dataDir: string
  readonly masterKey: Uint8Array
  readonly logLevel: string
  /** Where compiled code is kept, if anywhere. */
  readonly compileCache: string | undefined
}

/** What a worker asks of the main thread, by type: what it says, and what it gets. */
export interface Asked {
  store: { says: { message: PreparedMessage }; gets: undefined }
  reply: { says: { copyId: string; sealed: SealedMessage; facts: MessageFacts }; gets: { id: string } }
  authenticate: { says: { address: string; password: string; ip: string }; gets: Person | undefined }
}

export type Question = {
  [Type in keyof Asked]: { readonly type: Type; readonly id: number } & Asked[Type]['says']
}[keyof Asked]

export type Count = {
  [Name in keyof IntakeCounts]: {
    readonly type: 'count'
    readonly name: Name
    readonly value: Parameters<IntakeCounts[Name]>[0]
  }
}[keyof IntakeCounts]

/** From a worker; what one turn of its event loop has to say goes as one list. */
export type FromWorker =
  | Question
  | Count
  | { readonly type: 'listening'; readonly ports: readonly number[] }
  /** It could not begin to listen, and ends. */
  | { readonly type: 'failed'; readonly error: ErrorData }
  /** The disk or the database failed here. */
  | { readonly type: 'trouble'; readonly error: ErrorData }
  /** A line of its log, JSON. */
  | { readonly type: 'log'; readonly line: string }

/** To a worker, in lists as well. */
export type ToWorker =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'answer'; readonly id: number; readonly error: ErrorData }
  /** Take no more connections, let running messages end, and end. */
  | { readonly type: 'close' }
