/**
 * The ground: where everything is kept. One schema through Kysely; SQLite (WAL, synchronous=FULL) here.
 * Relies on a local disk whose fsync tells the truth. Promises: what `write` resolved is on disk, whole.
 * No SQL of one database alone stands outside this folder.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, type Transaction } from 'kysely'
import { type Bodies, fileBodies } from './bodies.ts'
import { GroupCommit } from './group-commit.ts'
import { migrate } from './migrations/index.ts'
import { nodeSqliteDialect } from './node-sqlite.ts'
import type { Schema } from './schema.ts'

export { type Bodies, type BodyWriter, inlineLimit, type WrittenBody } from './bodies.ts'
export { newId } from './id.ts'
export { insert } from './insert.ts'
export type { NewRow, Row, Schema } from './schema.ts'

/** A transaction of `write`. */
export type Trx = Transaction<Schema>

export interface Store extends AsyncDisposable {
  /** For reading. Sees what is committed. */
  readonly db: Kysely<Schema>
  readonly bodies: Bodies
  /**
   * The only way to change anything. The job may await the database alone (it may share a transaction with
   * others); it is undone whole where it throws. Resolves once the change is durable.
   */
  write<T>(job: (trx: Trx) => Promise<T>): Promise<T>
  /** True while the store takes writes; what /readyz asks. */
  check(): Promise<boolean>
  /**
   * Makes sure that what was deleted or overwritten (a destroyed key) stands nowhere in the database's files any
   * more: deleted rows are zeroed by SQLite itself, but the write-ahead log keeps old pages until it is emptied.
   */
  forget(): Promise<void>
  /**
   * Another number whenever another process has changed anything (the command line beside a running gateway):
   * what is kept in memory asks it and is read again. Cheap.
   */
  foreignVersion(): number
}

/** Opens (or makes) the store below `directory`. */
export async function openStore(directory: string): Promise<Store> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'postern.db')
  const writer = openDatabase(path)
  const writing = new Kysely<Schema>({ dialect: nodeSqliteDialect(writer) })
  await migrate(writing, { bytes: 'blob' })
  const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(openDatabase(path)) })
  const commit = new GroupCommit(writing)
  const dataVersion = writer.prepare('PRAGMA data_version')
  return {
    db,
    bodies: await fileBodies(db, join(directory, 'bodies')),
    write: (job) => commit.write(job),
    check: () =>
      commit
        .write(async (trx) => trx.selectFrom('accounts').select('id').limit(1).execute())
        .then(() => true)
        .catch(() => false),
    async forget() {
      await commit.idle()
      // Where a reader is in the way the log is emptied with the next call.
      writer.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    },
    // Changes with the commits of other connections; ours are all made on this one.
    foreignVersion: () => Number(dataVersion.get()?.['data_version'] ?? 0),
    async [Symbol.asyncDispose]() {
      await commit.idle()
      await db.destroy()
      await writing.destroy()
    },
  }
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 10_000 })
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA cache_size = -65536;
  `)
  return database
}
