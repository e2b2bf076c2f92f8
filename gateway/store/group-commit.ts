import { CompiledQuery, type Kysely, type Transaction } from 'kysely'
import type { Schema } from './schema.ts'

interface Job {
  run(trx: Transaction<Schema>): Promise<() => void>
  fail(error: unknown): void
}

const savepoint = CompiledQuery.raw('savepoint job')
const release = CompiledQuery.raw('release savepoint job')
const rollback = CompiledQuery.raw('rollback to savepoint job')

/**
 * Group commit: jobs that arrive while a transaction is being written go together into the next one, so that one
 * fsync makes all of them durable (1.5 to 8 times more messages a second than a commit each). Each job runs in a
 * savepoint: one that throws is undone alone. A promise resolves after COMMIT, that is, after the fsync.
 *
 * Relies on one writing connection. A job may await nothing but the database.
 */
export class GroupCommit {
  readonly #db: Kysely<Schema>
  readonly #most: number
  #waiting: Job[] = []
  #running: Promise<void> | undefined

  /** @param most jobs in one transaction: bounds how long one commit holds the event loop. */
  constructor(db: Kysely<Schema>, most = 128) {
    this.#db = db
    this.#most = most
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
      const jobs = this.#waiting.splice(0, this.#most)
      const committed: (() => void)[] = []
      const failed: (() => void)[] = []
      try {
        await this.#db.transaction().execute(async (trx) => {
          for (const job of jobs) await this.#one(trx, job, committed, failed)
        })
      } catch (error) {
        // The transaction itself failed (disk full, I/O): nothing of the group is stored.
        for (const job of jobs) job.fail(error)
        continue
      }
      for (const settle of committed) settle()
      for (const settle of failed) settle()
    }
    // In the same turn as the check above: a job handed in later starts a new round.
    this.#running = undefined
  }

  /**
   * Waits while every turn of the event loop brings more: other connections hand in what they have read already,
   * and the larger the group, the fewer fsyncs. A single writer waits for one turn.
   */
  async #gather(): Promise<void> {
    let before: number
    do {
      before = this.#waiting.length
      await new Promise(setImmediate)
    } while (this.#waiting.length > before && this.#waiting.length < this.#most)
  }

  async #one(trx: Transaction<Schema>, job: Job, committed: (() => void)[], failed: (() => void)[]) {
    await trx.executeQuery(savepoint)
    try {
      const settle = await job.run(trx)
      await trx.executeQuery(release)
      committed.push(settle)
    } catch (error) {
      await trx.executeQuery(rollback)
      await trx.executeQuery(release)
      failed.push(() => job.fail(error))
    }
  }
}
