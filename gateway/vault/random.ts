import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(8192)
let used = pool.length

/**
 * Random bytes of the system's generator, fetched many at once: a message needs six small portions, and asking for
 * each costs more than sealing it. No byte is given out twice, and none is kept once it is given out.
 * @param size at most 8,192.
 */
export function random(size: number): Buffer {
  if (used + size > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.from(pool.subarray(used, used + size))
  pool.fill(0, used, used + size)
  used += size
  return bytes
}
