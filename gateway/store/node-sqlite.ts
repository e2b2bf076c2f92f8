import type { DatabaseSync, StatementSync } from 'node:sqlite'
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

/**
 * Kysely on node:sqlite. Kysely's own SQLite driver expects better-sqlite3's statements and prepares each query
 * anew; this one keeps prepared statements by their text (queries are built by code, so their number is small).
 */
export function nodeSqliteDialect(database: DatabaseSync): Dialect {
  const connection = new Connection(database)
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: async () => database.exec('BEGIN IMMEDIATE'),
    commitTransaction: async () => database.exec('COMMIT'),
    rollbackTransaction: async () => database.exec('ROLLBACK'),
    savepoint: async (_connection, name) => database.exec(`SAVEPOINT "${name}"`),
    rollbackToSavepoint: async (_connection, name) => database.exec(`ROLLBACK TO "${name}"`),
    releaseSavepoint: async (_connection, name) => database.exec(`RELEASE "${name}"`),
    releaseConnection: async () => {},
    destroy: async () => database.close(),
  }
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class Connection implements DatabaseConnection {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.#prepare(query.sql)
    // Parameters come from Kysely, which types them by the schema: strings, numbers, bytes and null.
    const parameters = query.parameters as (string | number | Uint8Array | null)[]
    if (statement.columns().length > 0) return { rows: statement.all(...parameters) as R[] }
    const { changes, lastInsertRowid } = statement.run(...parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    // A cached statement may not be iterated twice at once, so a stream has its own.
    const statement = this.#database.prepare(query.sql)
    const parameters = query.parameters as (string | number | Uint8Array | null)[]
    for (const row of statement.iterate(...parameters)) yield { rows: [row as R] }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#database.prepare(sql)
      // Statements built with lists of changing length would fill the map: start over at a bound.
      if (this.#statements.size >= 500) this.#statements.clear()
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
