import type { Store } from '../store/index.ts'

export interface Kept<T> {
  get(): Promise<T>
  /** To be called after a change of one's own; those of other processes are noticed. */
  drop(): void
}

/**
 * Keeps what was read until another process has changed anything in the store, or its time is over.
 * A reading that failed is not kept.
 */
export function keep<T>(
  store: Pick<Store, 'foreignVersion'>,
  now: () => number,
  read: () => Promise<{ value: T; until: number }>,
): Kept<T> {
  let kept: { reading: Promise<{ value: T; until: number }>; version: number } | undefined
  return {
    async get() {
      const version = store.foreignVersion()
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
    },
    drop() {
      kept = undefined
    },
  }
}
