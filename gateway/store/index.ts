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
}

/** Opens (or makes) the store below `directory`. */
export async function openStore(directory: string): Promise<Store> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'postern.db')
  const writing = new Kysely<Schema>({ dialect: nodeSqliteDialect(openDatabase(path)) })
  await migrate(writing, { bytes: 'blob' })
  const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(openDatabase(path)) })
  const commit = new GroupCommit(writing)
  return {
    db,
    bodies: await fileBodies(db, join(directory, 'bodies')),
    write: (job) => commit.write(job),
    check: () =>
      commit
        .write(async (trx) => trx.selectFrom('accounts').select('id').limit(1).execute())
        .then(() => true)
        .catch(() => false),
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
