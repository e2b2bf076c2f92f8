import type { Logger } from 'pino'
import { type Listener, type Listeners, usualConnections } from './listeners.ts'
import { canShare, requireFree } from './ports.ts'
import { type MainParts, type RunningWorker, startWorker } from './worker.ts'
import type { WorkerSetup } from './worker-protocol.ts'

/** Waits before a worker that ended is replaced, ms; the last one counts for all that follow. */
const pauses = [0, 1000, 5000, 30_000]
/** Whatever ended a worker that lived this long was not there from the start, ms. */
const soundLife = 60_000

/**
 * Starts workers that take mail in, all on the same ports. One that ends unasked is replaced: its connections are
 * gone, and what was not acknowledged on them is sent again by whoever sent it.
 * Throws Problem where a port is taken; nothing runs then.
 */
export async function startWorkers(
  parts: MainParts,
  given: Omit<WorkerSetup, 'shared'>,
  wanted: number,
): Promise<Listeners> {
  const { config } = given
  for (const listener of config.listeners) await requireFree(listener)
  const shared = wanted > 1 && (await shareable(config.listeners, parts.log))
  const count = shared ? wanted : 1
  const mostConnections = Math.ceil((config.mostConnections ?? usualConnections) / count)
  // The first one finds the port where any free one will do.
  const first = await startWorker(parts, { ...given, shared, config: { ...config, mostConnections } })
  const listeners = config.listeners.map((one, index) => ({ ...one, port: first.ports[index] ?? one.port }))
  const setup = { ...given, shared, config: { ...config, mostConnections, listeners } }

  const places = [keepRunning(first, parts, setup)]
  const close = async () => {
    await Promise.all(places.map((place) => place.close()))
  }
  const others = Array.from({ length: count - 1 }, () => startWorker(parts, setup))
  const started = await Promise.allSettled(others)
  for (const one of started) if (one.status === 'fulfilled') places.push(keepRunning(one.value, parts, setup))
  const failed = started.find((one) => one.status === 'rejected')
  if (failed) {
    await close()
    throw failed.reason
  }
  return { ports: first.ports, close, [Symbol.asyncDispose]: close }
}

async function shareable(listeners: readonly Listener[], log: Logger): Promise<boolean> {
  const can = await Promise.all(listeners.map(({ host }) => canShare(host)))
  if (can.every(Boolean)) return true
  log.warn('threads can not share a port on this system, so one takes all mail in')
  return false
}

/** Replaces a worker whenever it ends, until it is to be closed. */
function keepRunning(
  first: RunningWorker,
  parts: MainParts,
  setup: WorkerSetup,
): Pick<RunningWorker, 'close'> {
  const { log } = parts
  const closing = new AbortController()
  let running: RunningWorker | undefined = first
  const kept = keep()

  async function keep(): Promise<void> {
    for (let failures = 0; ; failures++) {
      const begun = performance.now()
      if (running) {
        const error = await running.ended
        running = undefined
        if (closing.signal.aborted) return
        if (performance.now() - begun > soundLife) failures = 0
        log.error({ err: error }, 'a thread that takes mail in has ended and is replaced')
      }
      await pause(pauses[failures] ?? pauses.at(-1) ?? 0, closing.signal)
      if (closing.signal.aborted) return
      try {
        running = await startWorker(parts, setup)
        log.info({ ports: running.ports }, 'a thread that takes mail in was started')
      } catch (error) {
        log.error({ err: error }, 'a thread that takes mail in could not be started; it is tried again')
      }
    }
  }

  return {
    async close() {
      closing.abort()
      await running?.close()
      await kept
      // One that was just being started when it was told to close.
      await running?.close()
    },
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
