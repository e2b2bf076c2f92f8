import { readFile, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Problem } from '../problem.ts'
import { type Store, newestSchema, openStore, storePlaces } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { damagedIn, requireKey, requireWhole } from './check.ts'
import { codeOf, copyFile, makeRoomFor, sync, syncTree } from './files.ts'
import { type Manifest, type ReadManifest, newer, readManifest, settingsName } from './manifest.ts'
import { beginPartial, isAbandoned, ownerFile } from './partial.ts'
import { settle } from './settle.ts'
import { diskProblem, requireRoom } from './target.ts'

export interface RestoreRequest<T> {
  /** Absolute path of a backup. */
  readonly backup: string
  /** The data directory, which has to be there. */
  readonly dataDir: string
  /** File of the master key, and where it belongs below the data directory. */
  readonly key: { readonly file: string; readonly place: string }
  readonly vault: Vault
  /** Puts postern.json in place. */
  readonly settings: boolean
  /** ms since 1970. */
  readonly now: () => number
  /** What is done with the store before anybody can see it, in the directory it is in then. */
  readonly prepare: (directory: string) => Promise<T>
}

export interface Restored<T> {
  readonly manifest: Manifest
  /** Whether postern.json was in the backup and is in place. */
  readonly settings: boolean
  /** What `prepare` said. */
  readonly prepared: T
}

/** Where a restored gateway is made ready, below the data directory: that may be a disk of its own. */
export function unfinishedRestore(dataDir: string): string {
  return join(dataDir, 'restore.partial')
}

/**
 * Makes a data directory of a backup. Everything is copied, checked and made ready in a directory of its own below
 * the data directory, and renamed into place at the end; as long as that directory is there no gateway starts.
 * Throws Problem; the data directory is as it was then.
 */
export async function restoreBackup<T>(request: RestoreRequest<T>): Promise<Restored<T>> {
  const { backup, dataDir, now, prepare } = request
  const read = await readManifest(backup)
  const { manifest } = read
  // Steps of the schema are numbered.
  if (manifest.schema > newestSchema) throw newer(backup)
  await emptyOut(dataDir)
  await requireOneKey(request)
  const partial = unfinishedRestore(dataDir)
  try {
    await beginPartial(partial)
    try {
      await copyChecked(partial, request, read)
      await migrated(partial, (store) => settle(store, manifest, now()))
      const prepared = await prepare(partial)
      await putInPlace(partial, request)
      return { manifest, prepared, settings: request.settings && settingsName in manifest.files }
    } catch (error) {
      // What can't be removed now is with the next restore.
      await emptyOut(dataDir).catch(() => undefined)
      throw error
    }
  } catch (error) {
    throw diskProblem(error, dataDir)
  }
}

/** Brings the database to the schema of this version, and changes it. */
async function migrated(directory: string, change: (store: Store) => Promise<void>): Promise<void> {
  await using store = await openStore(directory)
  await change(store)
  await store.forget()
}

/** Entries of a data directory that may be there before a restore: keys put there by hand, and a disk's own. */
const allowed = new Set(['keys', 'lost+found'])
/** What a restore that died may have put in place already. */
const placed = new Set([
  ...Object.values(storePlaces('')),
  ...['-wal', '-shm'].map((end) => `${storePlaces('').database}${end}`),
  settingsName,
])

/** Throws Problem where the data directory holds anything of a gateway. What an unfinished restore left is removed. */
async function emptyOut(dataDir: string): Promise<void> {
  const partial = unfinishedRestore(dataDir)
  const unfinished = await isAbandoned(partial)
  const others = (await readdir(dataDir)).filter(
    (name) => !allowed.has(name) && name !== basename(partial) && !(unfinished && placed.has(name)),
  )
  if (others.length > 0) {
    throw new Problem(
      'data-not-empty',
      409,
      `${dataDir} is not empty (${others.slice(0, 3).join(', ')}). A backup is restored into an empty directory.`,
    )
  }
  if (!unfinished) return
  for (const name of placed) await rm(join(dataDir, name), { recursive: true, force: true })
  await rm(partial, { recursive: true })
}

/** Throws Problem where the data directory has a master key, and it is not the one of the backup. */
async function requireOneKey({ dataDir, key }: RestoreRequest<unknown>): Promise<void> {
  const place = join(dataDir, key.place)
  const there = await readFile(place).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (!there || there.equals(await readFile(key.file))) return
  throw new Problem(
    'master-key-other',
    409,
    `${place} is another master key, and it may be the only copy of it. Move it to a safe place first.`,
  )
}

/** Copies the backup while it is checked, the database first: its key decides whether the rest is worth reading. */
async function copyChecked(
  partial: string,
  { backup, dataDir, vault, key, settings }: RestoreRequest<unknown>,
  read: ReadManifest,
): Promise<void> {
  const files = Object.entries(read.manifest.files)
  await requireRoom(
    dataDir,
    files.reduce((sum, [, { size }]) => sum + size, 0),
  )
  const { database } = storePlaces('')
  const damaged = await damagedIn(
    backup,
    files.filter(([path]) => path === database),
    partial,
  )
  if (damaged.length === 0) await requireKey(backup, read, vault, partial)
  const rest = files.filter(([path]) => path !== database)
  requireWhole(backup, [...damaged, ...(await damagedIn(backup, rest, partial))])
  if (!settings) await rm(join(partial, settingsName), { force: true })
  await makeRoomFor(join(partial, key.place))
  await copyFile(key.file, join(partial, key.place))
}

/** The database last: before it there is no gateway to start. */
async function putInPlace(partial: string, { dataDir, key }: RestoreRequest<unknown>): Promise<void> {
  await syncTree(partial)
  const { database } = storePlaces('')
  // The directory of the keys may be there already.
  const apart = new Set([ownerFile, database, dirname(key.place)])
  const names = (await readdir(partial)).filter((name) => !apart.has(name))
  await makeRoomFor(join(dataDir, key.place))
  for (const name of [...names, key.place, database]) await rename(join(partial, name), join(dataDir, name))
  await syncTree(dataDir)
  await rm(partial, { recursive: true })
  await sync(dataDir)
}
