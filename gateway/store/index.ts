/**
 * The ground: where everything is kept. One schema through Kysely; SQLite (WAL, synchronous=FULL) here.
 * Relies on a local disk whose fsync tells the truth. Promises: what `write` resolved is on disk, whole.
 * No SQL of one database alone stands outside this folder.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CompiledQuery, Kysely, type Transaction } from 'kysely'
import { type Bodies, fileBodies } from './bodies.ts'
import { type CommitObserver, GroupCommit } from './group-commit.ts'
import { type HealthChange, createHealth } from './health.ts'
import { migrate } from './migrations/index.ts'
import { Statements, nodeSqliteDialect } from './node-sqlite.ts'
import { createRoom } from './room.ts'
import type { Schema } from './schema.ts'
import { SqliteFile, busyTimeout, openDatabase } from './sqlite-file.ts'
import { type StoreTrouble, troubleOf, unusable } from './trouble.ts'
import { createVersions } from './version.ts'

export { type Bodies, bodyPath, type StoredFile } from './bodies.ts'
export { BodyLost, type BodyWriter, inlineLimit, type WrittenBody } from './body-file.ts'
export { insert, lookup } from './direct.ts'
export type { CommitObserver } from './group-commit.ts'
export type { HealthChange } from './health.ts'
export { newId } from './id.ts'
export { inspectDatabase } from './inspect.ts'
export { StoreTrouble, troubleOf } from './trouble.ts'
export { newestSchema } from './migrations/index.ts'
export { storePlaces } from './places.ts'
export { shredded } from './shredded.ts'
export { openSnapshot, type StoreView, viewStore } from './snapshot.ts'
export { countChange } from './version.ts'
export type { NewRow, Row, Schema } from './schema.ts'

/** A transaction of `write`. */
export type Trx = Transaction<Schema>

export interface Store extends AsyncDisposable {
  /** For reading. Sees what is committed. */
  readonly db: Kysely<Schema>
  readonly bodies: Bodies
  /**
   * The only way to change anything. The job may await the database alone (it may share a transaction with
   * others); it is undone whole where it throws. Resolves once the change is durable.
   */
  write<T>(job: (trx: Trx) => Promise<T>): Promise<T>
  /** Tells the store of a trouble that another thread has met. */
  report(trouble: StoreTrouble): void
  /** True while the store takes writes, with room for more mail; what /readyz asks. */
  check(): Promise<boolean>
  /**
   * Makes sure that what was deleted or overwritten (a destroyed key) stands nowhere in the database's files any
   * more: deleted rows are zeroed by SQLite itself, but the write-ahead log keeps old pages until it is emptied.
   * Resolves to false where somebody reads old pages at this moment: then it is to be called again.
   */
  forget(): Promise<boolean>
  /**
   * Another number whenever accounts, domains, definitions or keys were changed (see `countChange`), by whichever
   * thread or process: what is kept in memory asks it and is read again. Cheap.
   */
  version(): number
}

export interface StoreOptions {
  /** For metrics. */
  readonly onCommit?: CommitObserver
  /** Told once when the store can't work and once when it can again. */
  readonly tell?: (change: HealthChange) => void
  /** Bytes of the largest message that is taken: twice that is kept free for all that is no mail. */
  readonly largest?: number
}

/** Opens (or makes) the store below `directory`. Throws Problem `store-unusable` that says what is wrong with the disk. */
export async function openStore(directory: string, options: StoreOptions = {}): Promise<Store> {
  try {
    return await open(directory, options)
  } catch (error) {
    const trouble = troubleOf(error)
    throw trouble ? unusable(directory, trouble) : error
  }
}

async function open(
  directory: string,
  { onCommit, tell = () => undefined, largest = 0 }: StoreOptions,
): Promise<Store> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, file)
  const health = createHealth(probe, tell)
  const failed = (error: unknown) => health.failed(error)
  const writer = new SqliteFile(() => openDatabase(path), failed)
  const statements = new Statements(writer)
  const writing = new Kysely<Schema>({ dialect: nodeSqliteDialect(statements) })
  await migrate(writing, { bytes: 'blob' })
  const reader = new SqliteFile(() => openDatabase(path), failed)
  const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(new Statements(reader)) })
  const versions = createVersions(reader)
  const committed: CommitObserver = (seconds, jobs) => {
    versions.changed()
    onCommit?.(seconds, jobs)
  }
  const commit = new GroupCommit(writing, statements, committed, undefined, () => overwrite(writer))
  const room = createRoom(directory, { largest, spare: () => spareOf(reader), failed })
  const bodies = await fileBodies(db, join(directory, 'bodies'), { room, failed })

  async function probe(): Promise<void> {
    await commit.write((trx) => trx.executeQuery(CompiledQuery.raw(touch)))
    await bodies.probe()
  }

  return {
    db,
    bodies,
    write: (job) => commit.write(job),
    report: (trouble) => void health.failed(trouble),
    check: () => health.check(),
    async forget() {
      await commit.idle()
      return emptyLog(writer)
    },
    version: () => versions.read(),
    async [Symbol.asyncDispose]() {
      await commit.idle()
      health[Symbol.dispose]()
      await db.destroy()
      await writing.destroy()
    },
  }
}

/**
 * Opens a store that another thread of this process has opened with `openStore`, for reading and for writing
 * bodies, which belong to nobody until that thread links them. `write` rejects.
 * @param options `tell` gets each trouble that is met, for `report` of that thread's store.
 */
export async function openReader(
  directory: string,
  {
    largest = 0,
    tell = () => undefined,
  }: { readonly largest?: number; readonly tell?: (trouble: StoreTrouble) => void } = {},
): Promise<Store> {
  const failed = (error: unknown) => {
    const trouble = troubleOf(error)
    if (trouble) tell(trouble)
    return trouble ?? error
  }
  const reader = new SqliteFile(() => openDatabase(join(directory, file), true), failed)
  const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(new Statements(reader)) })
  const room = createRoom(directory, { largest, spare: () => spareOf(reader), failed })
  const versions = createVersions(reader)
  return {
    db,
    bodies: await fileBodies(db, join(directory, 'bodies'), { room, failed }),
    write: () => Promise.reject(new Error('this thread only reads')),
    report: tell,
    check: () => Promise.resolve(false),
    forget: () => Promise.resolve(false),
    version: () => versions.read(),
    [Symbol.asyncDispose]: () => db.destroy(),
  }
}

const file = 'postern.db'

/** Writes to the database and changes nothing. */
const touch = 'PRAGMA user_version = 0'

/**
 * After a COMMIT whose fsync failed its pages stand in the write-ahead log, undone for this process, but whoever opens
 * the log after a crash would take them for committed, though the client was told to send again. Writing to their place
 * makes an end of them; that the fsync of this may fail too does not matter to a process that is killed.
 */
function overwrite(writer: SqliteFile): void {
  try {
    writer.exec(`BEGIN IMMEDIATE; ${touch}; COMMIT`)
  } catch {
    // The disk still fails, as was told with the transaction before it.
    if (writer.inTransaction) writer.exec('ROLLBACK')
  }
}

/** False where a reader is in the way. Waits for nobody: the event loop would wait too. */
function emptyLog(writer: SqliteFile): boolean {
  return writer.use((database) => {
    database.exec('PRAGMA busy_timeout = 0')
    try {
      return database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0
    } finally {
      database.exec(`PRAGMA busy_timeout = ${busyTimeout}`)
    }
  })
}

/** Bytes inside the database that new rows use before its file grows. */
function spareOf(file: SqliteFile): number {
  return file.use((database) => {
    const of = (pragma: string) => Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma] ?? 0)
    return of('freelist_count') * of('page_size')
  })
}
