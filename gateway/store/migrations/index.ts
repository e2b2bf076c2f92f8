import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import * as first from './0001-first.ts'
import * as keys from './0002-keys.ts'
import * as delivery from './0003-delivery.ts'
import type { MigrationOptions } from './options.ts'

const steps: Record<string, Step> = { '0001-first': first, '0002-keys': keys, '0003-delivery': delivery }

/** Name of the last step. Names are in the order of the steps. */
export const newestSchema = Object.keys(steps).at(-1) ?? ''

interface Step {
  up(db: Kysely<unknown>, options: MigrationOptions): Promise<void>
}

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
