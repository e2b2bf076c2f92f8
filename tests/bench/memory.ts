import { readFile, readdir } from 'node:fs/promises'

/** Resident memory of a process, bytes (Linux). */
export async function resident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return kilobytes(/^VmRSS:\s+(\d+) kB/m.exec(status))
}

/** Memory of a process where what it shares with others is counted once between them (PSS), bytes. */
async function share(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  return kilobytes(/^Pss:\s+(\d+) kB/m.exec(rollup))
}

function kilobytes(found: RegExpExecArray | null): number {
  return Number(found?.[1] ?? 0) * 1024
}

/** A process and its children, such as a server of many processes. */
export async function family(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const parents = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      return Number(/\) \S (\d+)/.exec(stat)?.[1])
    }),
  )
  return [parent, ...pids.filter((_, index) => parents[index] === parent)]
}

/** Memory of a server, bytes: resident where it is one process, the sum of shares where it is several. */
export async function memoryOf(pids: readonly number[]): Promise<number> {
  const [first] = pids
  if (first !== undefined && pids.length === 1) return resident(first)
  // Some of many may end while they are looked at.
  const shares = await Promise.all(pids.map((pid) => share(pid).catch(() => 0)))
  return shares.reduce((sum, one) => sum + one, 0)
}

/** The most memory a server has while something runs, bytes, looked at every `every` ms. */
export async function mostMemory(
  processes: () => Promise<readonly number[]>,
  run: () => Promise<unknown>,
  every = 20,
): Promise<number> {
  let most = 0
  let looking = false
  const watching = setInterval(() => {
    if (looking) return
    looking = true
    processes()
      .then(memoryOf)
      .then(
        (now) => (most = Math.max(most, now)),
        // It ended; what was seen stays.
        () => clearInterval(watching),
      )
      .finally(() => (looking = false))
  }, every)
  try {
    await run()
  } finally {
    clearInterval(watching)
  }
  return most
}
