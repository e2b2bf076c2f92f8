import { type Compilable, type Kysely, type Transaction } from 'kysely'
import type { Statements } from './node-sqlite.ts'
import type { NewRow, Schema } from './schema.ts'

/**
 * The few statements that every message runs, straight on the connection of its transaction: building a query anew
 * costs more than running it, and each of Kysely's awaits costs as much again.
 */
const connections = new WeakMap<Kysely<Schema>, Statements>()

/** Tells on which connection a transaction is. */
export function bindTransaction(trx: Transaction<Schema>, statements: Statements): void {
  connections.set(trx, statements)
}

function statementsOf(trx: Transaction<Schema>): Statements {
  const statements = connections.get(trx)
  if (!statements) throw new Error('this is no transaction of a store')
  return statements
}

const inserts = new Map<string, string>()

/** Inserts one row: Kysely's `insertInto(table).values(row)`, built once for each table and set of columns. */
export async function insert<T extends keyof Schema>(
  trx: Transaction<Schema>,
  table: T,
  row: NewRow<T>,
): Promise<void> {
  const columns = Object.keys(row)
  const key = `${table} ${columns.join(' ')}`
  let sql = inserts.get(key)
  if (sql === undefined) {
    const query = trx.insertInto(table).values(row).compile()
    // Undefined values are no parameters: such a row has columns that it does not set.
    if (query.parameters.length !== columns.length) throw new Error(`a row for ${table} has undefined values`)
    sql = query.sql
    inserts.set(key, sql)
  }
  statementsOf(trx).query(sql, Object.values(row))
}

/**
 * A query that is built once, at its first use.
 * @param build puts its one argument into the query once, and no other value.
 * @returns the first row, or undefined.
 */
export function lookup<A extends string | number, R>(
  build: (trx: Transaction<Schema>, argument: A) => Compilable<R>,
): (trx: Transaction<Schema>, argument: A) => Promise<R | undefined> {
  let sql: string | undefined
  return async (trx, argument) => {
    if (sql === undefined) {
      const query = build(trx, argument).compile()
      if (query.parameters.length !== 1) throw new Error('a look-up has one parameter')
      sql = query.sql
    }
    return statementsOf(trx).query<R>(sql, [argument]).rows[0]
  }
}
