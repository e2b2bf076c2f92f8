import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import { bindTransaction } from './direct.ts'
import type { Statements } from './node-sqlite.ts'
import type { Schema } from './schema.ts'

interface Job {
  run(trx: Transaction<Schema>): Promise<() => void>
  fail(error: unknown): void
}

/** Called after each commit, with the seconds that it took from its first statement on and the jobs in it. */
export type CommitObserver = (seconds: number, jobs: number) => void

/** Bounds of one transaction, which holds the event loop from its first statement to the end of its fsync. */
export interface GroupBounds {
  readonly jobs: number
  /** ms in which jobs are begun; the commit comes on top. */
  readonly time: number
}

export const usualBounds: GroupBounds = { jobs: 128, time: 15 }

interface Group {
  readonly jobs: number
  readonly ms: number
}

/** Fewer jobs than this in two groups are not worth waiting for. */
const crowd = 8
/** A commit that takes no longer than this is waited for by nobody, ms. */
const fast = 15
/** ms */
const longestWait = 20

/**
 * Group commit: jobs that arrive while a transaction is being written go together into the next one, so that one
 * fsync makes all of them durable (1.5 to 8 times more messages a second than a commit each). Each job runs in a
 * savepoint: one that throws is undone alone. A promise resolves after COMMIT, that is, after the fsync.
 *
 * Relies on one writing connection. A job may await nothing but the database.
 */
export class GroupCommit {
  readonly #db: Kysely<Schema>
  readonly #statements: Statements
  readonly #bounds: GroupBounds
  readonly #observe: CommitObserver
  readonly #undone: () => void
  #waiting: Job[] = []
  #running: Promise<void> | undefined
  /** The last two, the newest first. */
  #groups: readonly [Group, Group] = [
    { jobs: 0, ms: 0 },
    { jobs: 0, ms: 0 },
  ]

  /**
   * @param statements of the connection of `db`.
   * @param undone is called after a transaction that failed, before anybody is told; it throws nothing.
   */
  constructor(
    db: Kysely<Schema>,
    statements: Statements,
    observe: CommitObserver = () => undefined,
    bounds: GroupBounds = usualBounds,
    undone: () => void = () => undefined,
  ) {
    this.#db = db
    this.#statements = statements
    this.#observe = observe
    this.#bounds = bounds
    this.#undone = undone
  }

  write<T>(job: (trx: Transaction<Schema>) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({
        run: async (trx) => {
          const value = await job(trx)
          return () => resolve(value)
        },
        fail: reject,
      })
      this.#running ??= this.#drain()
    })
  }

  /** Resolves when everything written so far is durable or has failed. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather()
      await this.#group()
    }
    // In the same turn as the check above: a job handed in later starts a new round.
    this.#running = undefined
  }

  /**
   * Waits while every turn of the event loop brings more: other connections hand in what they have read already,
   * and the larger the group, the fewer fsyncs. A single writer waits for one turn.
   *
   * Where the disk is slow, those who were just told that theirs is safe are waited for as well: else they and those
   * who came meanwhile make two groups that take turns for good, and every fsync is paid for twice. (50 writers of
   * 0.4 ms each: 323 jobs a second without and 490 with it where an fsync takes 80 ms, 810 and 885 where 30 ms. Where
   * it takes 10 ms the turns are better, for one group is prepared while the other is written.)
   */
  async #gather(): Promise<void> {
    let before: number
    do {
      before = this.#waiting.length
      await new Promise(setImmediate)
    } while (this.#waiting.length > before && this.#waiting.length < this.#bounds.jobs)
    const [last, one] = this.#groups
    const expected = Math.min(last.jobs + one.jobs, this.#bounds.jobs)
    if (expected < crowd) return
    const until = performance.now() + Math.min((last.ms - fast) / 3, longestWait)
    while (this.#waiting.length < expected && performance.now() < until) await sleep(1)
  }

  async #group(): Promise<void> {
    const begun = performance.now()
    const jobs: Job[] = []
    const committed: (() => void)[] = []
    const failed: (() => void)[] = []
    try {
      await this.#db.transaction().execute(async (trx) => {
        bindTransaction(trx, this.#statements)
        do {
          const job = this.#waiting.shift()
          if (!job) break
          jobs.push(job)
          await this.#one(trx, job, committed, failed)
        } while (jobs.length < this.#bounds.jobs && performance.now() - begun < this.#bounds.time)
      })
    } catch (error) {
      // The transaction itself failed (disk full, I/O): nothing of the group is stored.
      if (jobs.length === 0) jobs.push(...this.#waiting.splice(0, this.#bounds.jobs))
      this.#undone()
      for (const job of jobs) job.fail(error)
      return
    }
    const ms = performance.now() - begun
    this.#groups = [{ jobs: jobs.length, ms }, this.#groups[0]]
    this.#observe(ms / 1000, jobs.length)
    for (const settle of committed) settle()
    for (const settle of failed) settle()
  }

  async #one(trx: Transaction<Schema>, job: Job, committed: (() => void)[], failed: (() => void)[]) {
    this.#statements.query('SAVEPOINT job', [])
    try {
      const settle = await job.run(trx)
      this.#statements.query('RELEASE job', [])
      committed.push(settle)
    } catch (error) {
      // Where the disk failed SQLite has undone the whole transaction, its savepoints with it.
      if (!this.#statements.file.inTransaction) throw error
      this.#statements.query('ROLLBACK TO job', [])
      this.#statements.query('RELEASE job', [])
      failed.push(() => job.fail(error))
    }
  }
}
