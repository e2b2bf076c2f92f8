import type { Store } from '../store/index.ts'

/**
 * Keeps what was read until the keys (or anything that `countChange` counts) are changed, by whichever thread or
 * process, or its time is over. A reading that failed is not kept.
 */
export function keep<T>(
  store: Pick<Store, 'version'>,
  now: () => number,
  read: () => Promise<{ value: T; until: number }>,
): () => Promise<T> {
  let kept: { reading: Promise<{ value: T; until: number }>; version: number } | undefined
  return async () => {
    const version = store.version()
    if (kept && kept.version === version) {
      const { value, until } = await kept.reading
      if (now() < until) return value
    }
    const mine = { reading: read(), version }
    kept = mine
    try {
      return (await mine.reading).value
    } catch (error) {
      if (kept === mine) kept = undefined
      throw error
    }
  }
}
