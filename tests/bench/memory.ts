import { readFile } from 'node:fs/promises'

/** Resident memory of a process, bytes (Linux). */
export async function resident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
}

/** The most memory a process has while something runs, bytes, looked at every 20 ms. */
export async function mostResident(pid: number, run: () => Promise<unknown>): Promise<number> {
  let most = 0
  const watching = setInterval(() => {
    resident(pid).then(
      (now) => (most = Math.max(most, now)),
      // It ended; what was seen stays.
      () => clearInterval(watching),
    )
  }, 20)
  try {
    await run()
  } finally {
    clearInterval(watching)
  }
  return most
}
