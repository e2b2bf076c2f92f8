import type { Logger } from 'pino'

/** Work that goes on after the answer. Whatever fails in it is logged. */
export interface Background {
  /** @param what for the log, such as `forgotten password`. */
  run(what: string, job: () => Promise<void>): void
  /** Resolves when all of it is done. */
  idle(): Promise<void>
}

export function createBackground(log: Logger): Background {
  const running = new Set<Promise<void>>()
  return {
    run(what, job) {
      const work = job()
        .catch((error: unknown) => log.error({ err: error }, `${what} failed`))
        .finally(() => running.delete(work))
      running.add(work)
    },
    async idle() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
