import { randomFillSync } from 'node:crypto'
import { monotonicFactory } from 'ulid'

/** Random bytes fetched at once: the package would ask the system for each of a ULID's characters. */
const pool = new Uint8Array(4096)
let used = pool.length

function random(): number {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  return (pool[used++] ?? 0) / 256
}

const next = monotonicFactory(random)

/** A new id: a ULID in lower case, 26 characters, in the order of time, 80 random bits. Not a secret. */
export function newId(): string {
  return next().toLowerCase()
}
