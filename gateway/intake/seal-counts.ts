import type { VaultCounts } from '../vault/index.ts'
import type { IntakeCounts } from './counts.ts'

/** ms between two words to the main thread: a message alone is sealed in several parts. */
const every = 1000

/** Gathers what the vault of a worker seals, and hands it on once a second. It opens nothing. */
export function gatherSealed(counts: Pick<IntakeCounts, 'sealed'>): VaultCounts & Disposable {
  let bytes = 0
  let seconds = 0
  const hand = () => {
    if (bytes === 0 && seconds === 0) return
    counts.sealed({ bytes, seconds })
    bytes = 0
    seconds = 0
  }
  const timer = setInterval(hand, every).unref()
  return {
    sealed(count, time) {
      bytes += count
      seconds += time
    },
    opened: () => undefined,
    [Symbol.dispose]() {
      clearInterval(timer)
      hand()
    },
  }
}
