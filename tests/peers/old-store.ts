import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import * as first from '../../gateway/store/migrations/0001-first.ts'
import * as keys from '../../gateway/store/migrations/0002-keys.ts'
import { Statements, nodeSqliteDialect } from '../../gateway/store/node-sqlite.ts'
import { SqliteFile } from '../../gateway/store/sqlite-file.ts'
import { storePlaces } from '../../gateway/store/index.ts'

const steps = { '0001-first': first, '0002-keys': keys }
export type OldSchema = keyof typeof steps

/** Puts the database of a gateway that does not run back to an old schema, with all that it had room for. */
export async function putBack(dataDir: string, schema: OldSchema): Promise<void> {
  const { database } = storePlaces(dataDir)
  const old = join(dataDir, 'old.db')
  const made = new DatabaseSync(old, { enableForeignKeyConstraints: false })
  const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(new Statements(new SqliteFile(() => made))) })
  const { error } = await new Migrator({
    db,
    provider: {
      getMigrations: async () =>
        Object.fromEntries(
          Object.entries(steps)
            .filter(([name]) => name <= schema)
            .map(([name, { up }]) => [name, { up: (on: Kysely<unknown>) => up(on, { bytes: 'blob' }) }]),
        ),
    },
  }).migrateToLatest()
  if (error) throw new Error('the old schema could not be made', { cause: error })
  made.prepare('ATTACH ? AS present').run(database)
  for (const table of namesOf(made, `SELECT name FROM main.sqlite_schema WHERE type = 'table'`)) {
    if (/^(kysely|sqlite)_/.test(table)) continue
    const there = new Set(namesOf(made, `SELECT name FROM pragma_table_info('${table}', 'present')`))
    const columns = namesOf(made, `SELECT name FROM pragma_table_info('${table}', 'main')`)
      .filter((name) => there.has(name))
      .join(', ')
    if (columns !== '')
      made.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM present.${table}`)
  }
  made.exec('DETACH present')
  await db.destroy()
  for (const end of ['-wal', '-shm']) await rm(`${database}${end}`, { force: true })
  await rename(old, database)
}

function namesOf(database: DatabaseSync, query: string): string[] {
  return database
    .prepare(query)
    .all()
    .map(({ name }) => String(name))
}
