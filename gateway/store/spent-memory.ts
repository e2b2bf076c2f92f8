import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes that may wait to be freed. */
const most = 8 * 1024 * 1024

// The only way to it without starting the program with a flag.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void
let passed = 0

/**
 * To be called with the length of large pieces that were just used up. The bytes of buffers lie outside of V8's heap,
 * and it looks for those nobody needs only once there are 64 MB of them, in each thread: for one message of 50 MB,
 * the process grew by twice that. A look at the youngest part of the heap, where they are, takes a millisecond.
 */
export function spent(bytes: number): void {
  passed += bytes
  if (passed < most) return
  passed = 0
  collect({ type: 'minor' })
}
