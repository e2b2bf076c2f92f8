import { setTimeout as sleep } from 'node:timers/promises'
import type { Row } from '../../store/index.ts'
import { type AttemptParts, CannotHold } from './parts.ts'
import { about } from './record.ts'

/** Waits between two tries to write down what was sent, ms; the last one counts for all that follow. */
const pauses = [100, 500, 2000, 10_000]

/**
 * Writes down that something was sent, as often as it takes: what is not written down is sent again. The claim is
 * this process's meanwhile, for nobody else can write on a disk that fails, and this process sends nothing twice.
 * Throws what the writing threw once the gateway stops, and CannotHold at once: then it is written in another way.
 */
export async function persist<T>(
  { stopping, log }: Pick<AttemptParts, 'stopping' | 'log'>,
  dispatch: Row<'dispatches'>,
  write: () => Promise<T>,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await write()
    } catch (error) {
      if (stopping() || error instanceof CannotHold) throw error
      if (failures === 0) {
        log.error(
          { ...about(dispatch), err: error },
          'a dispatch was sent, but that could not be stored; it is tried until it can',
        )
      }
      await sleep(pauses[failures] ?? pauses.at(-1))
    }
  }
}
