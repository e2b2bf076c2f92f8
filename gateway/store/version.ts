import type { DatabaseSync } from 'node:sqlite'
import { type Transaction, sql } from 'kysely'
import type { Schema } from './schema.ts'
import type { SqliteFile } from './sqlite-file.ts'

/** To be called in the transaction of every change of accounts, domains, definitions and keys. */
export async function countChange(trx: Transaction<Schema>): Promise<void> {
  await trx
    .updateTable('versions')
    .set({ version: sql<number>`version + 1` })
    .where('name', '=', 'kept')
    .execute()
}

export interface Versions {
  /** The number that `countChange` raises, as it was in this turn of the event loop. */
  read(): number
  /** It is to be looked at anew: this thread has committed something itself. */
  changed(): void
}

/**
 * What others commit is seen from the next turn of the event loop on: nobody can have told us of it before, and a
 * message asks several times.
 * @param file a connection that writes nothing itself: its `data_version` tells when it is worth looking, which
 * is each time that somebody else committed anything.
 */
export function createVersions(file: SqliteFile): Versions {
  const prepare = (database: DatabaseSync) => ({
    generation: file.generation,
    committed: database.prepare('PRAGMA data_version'),
    counted: database.prepare(`SELECT version FROM versions WHERE name = 'kept'`),
  })
  let reading = file.use(prepare)
  let seen: unknown
  let version = 0
  let fresh = false

  function look(): void {
    file.use((database) => {
      if (reading.generation !== file.generation) {
        reading = prepare(database)
        seen = undefined
      }
      const now = reading.committed.get()?.['data_version']
      if (now !== seen) {
        version = Number(reading.counted.get()?.['version'] ?? 0)
        seen = now
      }
    })
  }

  return {
    read() {
      if (fresh) return version
      look()
      fresh = true
      setImmediate(() => (fresh = false))
      return version
    },
    changed() {
      fresh = false
    },
  }
}
