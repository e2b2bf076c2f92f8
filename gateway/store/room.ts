import { statfs } from 'node:fs/promises'
import { StoreTrouble } from './trouble.ts'

const megabyte = 1024 * 1024
/** Kept free whatever the largest message is: what people read, sign in and what expires still has to be written. */
const leastReserve = 50 * megabyte

/** Whether there is room for more mail: before the disk is really full, so that everything else goes on. */
export interface Room {
  /** Throws StoreTrouble `full`. Asks the system at most once a second. */
  require(): Promise<void>
}

/**
 * @param largest bytes of the largest message.
 * @param spare bytes inside the database that new rows will use before its file grows.
 * @param failed takes what went wrong and gives back what is thrown.
 */
export function createRoom(
  directory: string,
  { largest, spare, failed }: { largest: number; spare: () => number; failed: (error: unknown) => unknown },
): Room {
  let askedAt = -Infinity
  let asked: Promise<boolean> | undefined

  async function ask(): Promise<boolean> {
    const { bavail, blocks, bsize } = await statfs(directory)
    const free = bavail * bsize
    // A tenth is enough where the whole disk is small.
    const reserve = Math.min(Math.max(2 * largest, leastReserve), (blocks * bsize) / 10)
    // Mail that goes into the database needs no new room there, but every write passes through the log beside it.
    return free >= reserve || (free >= reserve / 2 && free + spare() >= 2 * reserve)
  }

  return {
    async require() {
      const at = performance.now()
      if (!asked || at - askedAt >= 1000) {
        askedAt = at
        asked = ask()
      }
      let enough: boolean
      try {
        enough = await asked
      } catch (error) {
        throw failed(error)
      }
      if (!enough)
        throw failed(new StoreTrouble('full', new Error(`less than the reserve is free on ${directory}`)))
    },
  }
}
