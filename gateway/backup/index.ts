/**
 * Backup and restore: a copy of a store at one moment, taken while the gateway runs, and a data directory made of it
 * again. Relies on the store (its snapshot is one read transaction), on the vault to prove who wrote a backup, and
 * on body files that never change once they are there. Promises: a backup directory that has its name is whole and
 * durable; so is a restored data directory; an unfinished one is told from both and is never used.
 *
 * The master key is in no backup: whoever has both can read every message, who has one alone can't.
 */
export { type BackupReport, type BackupRequest, takeBackup } from './backup.ts'
export { checkBackup } from './check.ts'
export type { Manifest } from './manifest.ts'
export { type Restored, type RestoreRequest, restoreBackup, unfinishedRestore } from './restore.ts'
