import type { Area } from './surroundings.ts'

/**
 * One value in storage. The background may be put to sleep between any two events, so nothing lives in memory
 * alone; and several requests run at once, so changes to one value wait for each other.
 */
export interface Stored<T> {
  read(): Promise<T>
  /** @param next of the value of now; must not wait for anything. */
  change(next: (now: T) => T): Promise<T>
}

/** @param read makes the value of what is stored (undefined the first time); never throws. */
export function createStored<T>(area: Area, key: string, read: (stored: unknown) => T): Stored<T> {
  let last: Promise<unknown> = Promise.resolve()
  const current = async () => read((await area.get(key))[key])
  return {
    read: current,
    change(next) {
      const changed = last.then(async () => {
        const value = next(await current())
        await area.set({ [key]: value })
        return value
      })
      // One that failed (storage full) tells its own caller and must not stop those behind it.
      last = changed.catch(() => undefined)
      return changed
    },
  }
}
