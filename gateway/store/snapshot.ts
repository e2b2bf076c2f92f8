import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { Statements, nodeSqliteDialect } from './node-sqlite.ts'
import { storePlaces } from './places.ts'
import type { Schema } from './schema.ts'
import { SqliteFile, openDatabase } from './sqlite-file.ts'

/** A look at a store as it is, whoever runs it. */
export interface StoreView extends AsyncDisposable {
  /** For reading. Its tables are those of the store, which may be older or newer than this program's. */
  readonly db: Kysely<Schema>
  /** Name of the last step that brought the database to its schema, '' where there was none. */
  schema(): Promise<string>
  /** What a snapshot takes at most, bytes. */
  size(): number
  /**
   * Writes the database as it is at one moment to a new file at `path`, by VACUUM INTO: one read transaction, and
   * nothing of what was deleted or overwritten comes along. Intake goes on meanwhile; only the write-ahead log can't
   * start over before it ends (1 GB took 5.7 s here, and 8 MB/s of mail made a log of 47 MB). node:sqlite's `backup`
   * begins again whenever another process has written, and never ended beside a busy gateway.
   * Holds the calling thread. Not durable before the file is fsynced.
   */
  snapshot(path: string): void
}

/** Opens the store below `directory` for reading: makes, migrates and changes nothing. */
export function viewStore(directory: string): StoreView {
  const { database } = storePlaces(directory)
  const file = new SqliteFile(() => openDatabase(database, true))
  const db = kyselyOn(file)
  const pragma = (name: string) => file.use((on) => Number(on.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0))
  return {
    db,
    async schema() {
      const { rows } = await sql<{ name: string }>`
        SELECT name FROM kysely_migration ORDER BY name DESC LIMIT 1`.execute(db)
      return rows[0]?.name ?? ''
    },
    size: () => pragma('page_count') * pragma('page_size'),
    snapshot: (path) => void file.use((on) => on.prepare('VACUUM INTO ?').run(path)),
    [Symbol.asyncDispose]: () => db.destroy(),
  }
}

/**
 * Opens a snapshot to change it before anybody uses it. What is deleted or overwritten is zeroed, and no journal
 * stays behind; a crash in the middle spoils the file.
 */
export function openSnapshot(path: string): Kysely<Schema> {
  const file = new SqliteFile(() => new DatabaseSync(path))
  file.exec(
    'PRAGMA temp_store = MEMORY; PRAGMA journal_mode = MEMORY; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON',
  )
  return kyselyOn(file)
}

function kyselyOn(file: SqliteFile): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: nodeSqliteDialect(new Statements(file)) })
}
