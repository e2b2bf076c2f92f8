import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import * as first from './0001-first.ts'
import * as keys from './0002-keys.ts'
import type { MigrationOptions } from './options.ts'

const steps = { '0001-first': first, '0002-keys': keys }

/** Brings the database to the newest schema. Every step is one transaction; a failed one changes nothing. */
export async function migrate<T>(db: Kysely<T>, options: MigrationOptions): Promise<void> {
  const migrations = Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [
      name,
      { up: (on: Kysely<unknown>) => step.up(on, options) },
    ]),
  )
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest()
  if (error)
    throw error instanceof Error ? error : new Error('the database could not be migrated', { cause: error })
}
