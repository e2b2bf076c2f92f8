import { DatabaseSync } from 'node:sqlite'
import { sqliteCode } from './trouble.ts'

/** As long as this another process may hold the database, ms. */
export const busyTimeout = 10_000

/**
 * After these a connection may stay broken however well the disk is again (READONLY, IOERR, CORRUPT, CANTOPEN,
 * PROTOCOL, NOTADB): its file handle or what it remembers of the file may be no good.
 */
const breaking = new Set([8, 10, 11, 14, 15, 26])

/** One connection to a database. One that broke is replaced at the next use outside a transaction. */
export class SqliteFile {
  readonly #open: () => DatabaseSync
  readonly #failed: (error: unknown) => unknown
  #database: DatabaseSync
  #broken = false
  /** Another number with each connection: what was prepared on an older one is of no use. */
  generation = 0

  /** @param failed takes every error and gives back what is thrown instead. */
  constructor(open: () => DatabaseSync, failed: (error: unknown) => unknown = (error) => error) {
    this.#open = open
    this.#failed = failed
    this.#database = open()
  }

  get inTransaction(): boolean {
    return this.#database.isOpen && this.#database.isTransaction
  }

  /** Runs a job on the connection, which is to be kept by nobody; whatever it throws is passed through `failed`. */
  use<T>(job: (database: DatabaseSync) => T): T {
    try {
      if (this.#broken && !this.#database.isTransaction) this.#renew()
      return job(this.#database)
    } catch (error) {
      const code = sqliteCode(error)
      if (code !== undefined && breaking.has(code)) this.#broken = true
      throw this.#failed(error)
    }
  }

  exec(sql: string): void {
    this.use((database) => database.exec(sql))
  }

  close(): void {
    this.#database.close()
  }

  #renew(): void {
    // The new one first: were the old one the last, closing it would throw away what all connections share.
    const next = this.#open()
    this.#database.close()
    this.#database = next
    this.#broken = false
    this.generation++
  }
}

/** A connection of the store itself. */
export function openDatabase(path: string, readOnly = false): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeout, readOnly })
  try {
    // What is sorted may be secret and is not written to a disk.
    database.exec('PRAGMA temp_store = MEMORY')
    if (readOnly) return database
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON;
      PRAGMA secure_delete = ON;
      PRAGMA cache_size = -65536;
    `)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
