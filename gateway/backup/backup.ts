import { chmod, rename, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { Problem } from '../problem.ts'
import {
  type Schema,
  type StoreView,
  bodyPath,
  openSnapshot,
  storePlaces,
  viewStore,
} from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { catchUp } from './catch-up.ts'
import { type Collection, createCollection } from './collection.ts'
import { type FileFacts, codeOf, copyFile, factsOf, sync, syncTree } from './files.ts'
import { type Manifest, bodiesOf, readManifest, settingsName, writeManifest } from './manifest.ts'
import { beginPartial, disownPartial, isAbandoned } from './partial.ts'
import { diskProblem, requireFreeName, requireRoom } from './target.ts'

export interface BackupRequest {
  /** Directory of the store. */
  readonly store: string
  /** File of the gateway's settings, which need not be there. */
  readonly settings: string
  /** Absolute path that is to be the backup. */
  readonly target: string
  /** An earlier backup: bodies that are in it are linked, not copied. */
  readonly since: string | null
  /** Of the gateway, to prove who wrote it. */
  readonly vault: Vault
  readonly version: string
  /** Name of the gateway, for people. */
  readonly node: string
  /** ms since 1970. */
  readonly now: () => number
}

export interface BackupReport {
  readonly manifest: Manifest
  /** Body files copied, and linked from the earlier backup. */
  readonly copied: number
  readonly linked: number
  /** Bytes written. */
  readonly written: number
  /** Whether what an earlier, unfinished backup left was removed. */
  readonly removedUnfinished: boolean
}

/**
 * Takes a backup while the gateway runs, or without one.
 *
 * Bodies first, for that takes long, then the database at one moment, then the bodies that came in between. What is
 * gone by then was shredded meanwhile: the snapshot is brought to the same state (catch-up.ts), so that it names no
 * body that is not there. Nothing waits for a backup: the store is only read, and its write-ahead log grows only
 * while the database is copied.
 *
 * Throws Problem; there is nothing at `target` then.
 */
export async function takeBackup(request: BackupRequest): Promise<BackupReport> {
  const { target, store, since } = request
  await requireFreeName(target, store)
  const earlier =
    since === null ? undefined : { directory: since, files: await earlierBodies(request, since) }
  const partial = `${target}.partial`
  try {
    const removedUnfinished = await isAbandoned(partial)
    if (removedUnfinished) await rm(partial, { recursive: true })
    await beginPartial(partial)
    try {
      const collection = createCollection(store, partial, earlier)
      const manifest = await fill(partial, request, collection)
      await disownPartial(partial)
      await syncTree(partial)
      await rename(partial, target)
      await sync(dirname(target))
      const { copied, linked, bytes } = collection.counts
      return { manifest, copied, linked, written: bytes + sizeOfDatabase(manifest), removedUnfinished }
    } catch (error) {
      // What can't be removed now is with the next backup.
      await rm(partial, { recursive: true, force: true }).catch(() => undefined)
      throw error
    }
  } catch (error) {
    throw diskProblem(error, dirname(target))
  }
}

async function earlierBodies({ vault }: BackupRequest, since: string): Promise<Map<string, FileFacts>> {
  const { manifest, isProven } = await readManifest(since)
  // Its hashes are taken over.
  if (isProven(vault)) return bodiesOf(manifest)
  throw new Problem(
    'backup-foreign',
    409,
    `The backup in ${since} is not of this gateway, or was changed. Leave --since out.`,
  )
}

async function fill(partial: string, request: BackupRequest, collection: Collection): Promise<Manifest> {
  const { store, settings, vault, version, node, now } = request
  const { database, bodies } = storePlaces(partial)
  await using live = viewStore(store)
  await requireRoom(dirname(partial), live.size() + (await collection.missing(live.db)))
  await collection.gather(live.db)
  // Again, for what came in while the first ones were copied: the less is left for after the snapshot the better.
  await collection.gather(live.db)
  const taken = now()
  live.snapshot(database)
  await chmod(database, 0o600)
  const { counts, broken } = await complete(database, live, collection, taken)
  await sync(database)

  const files: Manifest['files'] = { [relative(partial, database)]: await factsOf(database) }
  const written = await copyFile(settings, join(partial, settingsName)).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (written) files[settingsName] = written
  for (const [id, facts] of collection.files) files[relative(partial, bodyPath(bodies, id))] = facts
  const manifest: Manifest = {
    format: 1,
    version,
    node,
    taken: new Date(taken).toISOString(),
    schema: await live.schema(),
    counts,
    broken,
    files,
  }
  await writeManifest(partial, vault, manifest)
  return manifest
}

/** Makes the snapshot and the body files one. */
async function complete(
  database: string,
  live: StoreView,
  collection: Collection,
  at: number,
): Promise<Pick<Manifest, 'counts' | 'broken'>> {
  await using snapshot = openSnapshot(database)
  await collection.gather(snapshot)
  const broken = await catchUp(snapshot, live.db, await collection.lacking(snapshot), at)
  await collection.keepOnly(snapshot)
  return { counts: await countsOf(snapshot), broken }
}

async function countsOf(db: Kysely<Schema>): Promise<Manifest['counts']> {
  const { rows } = await sql<Manifest['counts']>`SELECT
    (SELECT count(*) FROM accounts) AS accounts,
    (SELECT count(*) FROM people) AS people,
    (SELECT count(*) FROM messages) AS messages,
    (SELECT count(*) FROM copies WHERE state = 'held') AS held,
    (SELECT count(*) FROM dispatches WHERE state = 'queued') AS queued,
    (SELECT count(*) FROM bodies) AS bodies`.execute(db)
  const [counts] = rows
  if (!counts) throw new Error('a count has no row')
  return { ...counts }
}

function sizeOfDatabase({ files }: Manifest): number {
  return files[storePlaces('').database]?.size ?? 0
}
