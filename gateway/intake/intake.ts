import { getCompileCacheDir } from 'node:module'
import type { Keeper } from '../messages/index.ts'
import { type ListenerParts, type Listeners, openListeners } from './listeners.ts'
import type { StoreTrouble } from '../store/index.ts'
import type { IncomingMessage } from './receive.ts'
import { startWorkers } from './workers.ts'

/** Threads that take mail in, beside the main one, which alone writes to the store. */
export interface IntakeThreads {
  readonly count: number
  /** Where the store is. */
  readonly dataDir: string
  readonly masterKey: Uint8Array
}

export interface IntakeParts<Incoming extends IncomingMessage> extends ListenerParts<Incoming> {
  readonly messages: ListenerParts<Incoming>['messages'] & Keeper
  /** Told when the disk fails in a thread: `report` of the store. */
  readonly report?: ((trouble: StoreTrouble) => void) | undefined
  /** Undefined: all is done in this thread. In threads the time is the machine's. */
  readonly threads?: IntakeThreads | undefined
}

export type Intake = Listeners

/** Starts the listeners. Throws Problem where a port is taken or the configuration is malformed. */
export async function createIntake<Incoming extends IncomingMessage>(
  parts: IntakeParts<Incoming>,
): Promise<Intake> {
  const { threads, config, tls, log } = parts
  if (!threads || threads.count === 0) return openListeners(parts)
  const setup = {
    config,
    tls,
    dataDir: threads.dataDir,
    masterKey: threads.masterKey,
    logLevel: log.level,
    compileCache: getCompileCacheDir(),
  }
  return startWorkers(parts, setup, threads.count)
}
