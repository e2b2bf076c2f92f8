import { CompiledQuery, type Transaction } from 'kysely'
import type { NewRow, Schema } from './schema.ts'

const compiled = new Map<string, string>()

/**
 * Inserts one row. The same as Kysely's `insertInto(table).values(row)`, but the statement is built once for each
 * table and set of columns: building it anew costs more than running it, and a message that comes in makes seven.
 */
export async function insert<T extends keyof Schema>(
  trx: Transaction<Schema>,
  table: T,
  row: NewRow<T>,
): Promise<void> {
  const columns = Object.keys(row)
  const values = Object.values(row)
  const key = `${table} ${columns.join(' ')}`
  let sql = compiled.get(key)
  if (sql === undefined) {
    const query = trx.insertInto(table).values(row).compile()
    // Undefined values are no parameters: such a row has columns that it does not set.
    if (query.parameters.length !== columns.length) throw new Error(`a row for ${table} has undefined values`)
    sql = query.sql
    compiled.set(key, sql)
  }
  await trx.executeQuery(CompiledQuery.raw(sql, values))
}
