import { type ColumnDataType, type Kysely, sql } from 'kysely'
import type { MigrationOptions } from './options.ts'

/** Link keys that are published before they sign and can be revoked; root keys. See schema.ts. */
export async function up(db: Kysely<unknown>, { bytes }: MigrationOptions): Promise<void> {
  const { schema } = db
  const whole: ColumnDataType = 'bigint'

  // One column a statement: SQLite adds no more at once.
  await schema
    .alterTable('link_keys')
    .addColumn('active_from', whole, (c) => c.notNull().defaultTo(0))
    .execute()
  await schema.alterTable('link_keys').addColumn('revoked_at', whole).execute()
  // Keys of before signed from their first moment.
  await sql`UPDATE link_keys SET active_from = created_at`.execute(db)

  await schema
    .createTable('root_keys')
    .addColumn('public_key', 'text', (c) => c.primaryKey())
    .addColumn('wrapped_private_key', bytes, (c) => c.notNull())
    .addColumn('created_at', whole, (c) => c.notNull())
    .addColumn('retired_at', whole)
    .addColumn('predecessor', 'text')
    .addColumn('handing', 'text')
    .execute()
}
