import type { ColumnDataType } from 'kysely'

/** What differs between the databases. */
export interface MigrationOptions {
  /** The column type for bytes. */
  readonly bytes: ColumnDataType
}
