import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { SqliteFile } from './sqlite-file.ts'

interface Prepared {
  readonly statement: StatementSync
  /** Gives rows. Asking the statement itself costs as much as a small query. */
  readonly reads: boolean
}

/**
 * The prepared statements of one connection by their text: queries are built by code, so their number is small.
 * Runs them at once, with nothing awaited.
 */
export class Statements {
  readonly file: SqliteFile
  readonly #prepared = new Map<string, Prepared>()
  #generation = 0

  constructor(file: SqliteFile) {
    this.file = file
  }

  /** @param parameters strings, numbers, bytes and null, typed by the schema. */
  query<R>(sql: string, parameters: readonly unknown[]): QueryResult<R> {
    const values = parameters as SQLInputValue[]
    return this.file.use((database) => {
      const { statement, reads } = this.#prepare(database, sql)
      if (reads) return { rows: statement.all(...values) as R[] }
      const { changes, lastInsertRowid } = statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    })
  }

  #prepare(database: DatabaseSync, sql: string): Prepared {
    if (this.#generation !== this.file.generation) this.#prepared.clear()
    this.#generation = this.file.generation
    let prepared = this.#prepared.get(sql)
    if (!prepared) {
      const statement = database.prepare(sql)
      prepared = { statement, reads: statement.columns().length > 0 }
      // Statements built with lists of changing length would fill the map: start over at a bound.
      if (this.#prepared.size >= 500) this.#prepared.clear()
      this.#prepared.set(sql, prepared)
    }
    return prepared
  }
}

/** Kysely on node:sqlite. Kysely's own SQLite driver expects better-sqlite3's statements and prepares each query anew. */
export function nodeSqliteDialect(statements: Statements): Dialect {
  const { file } = statements
  const exec = (sql: string) => file.exec(sql)
  const connection = new Connection(statements)
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: async () => exec('BEGIN IMMEDIATE'),
    commitTransaction: async () => exec('COMMIT'),
    // SQLite has undone it by itself where the disk failed.
    rollbackTransaction: async () => {
      if (file.inTransaction) exec('ROLLBACK')
    },
    savepoint: async (_connection, name) => exec(`SAVEPOINT "${name}"`),
    rollbackToSavepoint: async (_connection, name) => exec(`ROLLBACK TO "${name}"`),
    releaseSavepoint: async (_connection, name) => exec(`RELEASE "${name}"`),
    releaseConnection: async () => {},
    destroy: async () => file.close(),
  }
  return {
    createAdapter: () => new Adapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class Adapter extends SqliteAdapter {
  /** SQLite can undo a change of the schema, though Kysely does not rely on it: a migration is whole or not there. */
  override get supportsTransactionalDdl(): true {
    return true
  }
}

class Connection implements DatabaseConnection {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    return this.#statements.query(sql, parameters)
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    // A cached statement may not be iterated twice at once, so a stream has its own.
    const statement = this.#statements.file.use((database) => database.prepare(query.sql))
    const parameters = query.parameters as SQLInputValue[]
    for (const row of statement.iterate(...parameters)) yield { rows: [row as R] }
  }
}
