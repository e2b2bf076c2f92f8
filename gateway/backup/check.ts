import { join } from 'node:path'
import { Problem } from '../problem.ts'
import { viewStore } from '../store/index.ts'
import { SealBroken, type Vault } from '../vault/index.ts'
import { type FileFacts, codeOf, copyFile, factsOf, forEach, makeRoomFor } from './files.ts'
import { type Manifest, type ReadManifest, readManifest } from './manifest.ts'

/**
 * Reads all of a backup and holds it against its manifest. Throws Problem that names what is damaged, or says that
 * the master key is another one or that somebody changed the backup.
 * @param vault of the master key, where it is at hand.
 */
export async function checkBackup(directory: string, vault?: Vault): Promise<Manifest> {
  const read = await readManifest(directory)
  const { manifest } = read
  requireWhole(directory, await damagedIn(directory, Object.entries(manifest.files)))
  if (vault) await requireKey(directory, read, vault)
  return manifest
}

/**
 * Reads files of a backup, and copies them where `into` is given.
 * @returns those that are not as the manifest says, each with what is wrong.
 */
export async function damagedIn(
  directory: string,
  files: Iterable<[path: string, facts: FileFacts]>,
  into?: string,
): Promise<string[]> {
  const damaged: string[] = []
  await forEach(files, async ([path, facts]) => {
    const from = join(directory, path)
    try {
      if (into !== undefined) await makeRoomFor(join(into, path))
      const found = into === undefined ? await factsOf(from) : await copyFile(from, join(into, path))
      if (found.size !== facts.size) damaged.push(`${path} (${found.size} bytes instead of ${facts.size})`)
      else if (found.sha256 !== facts.sha256) damaged.push(`${path} (other bytes than were written)`)
    } catch (error) {
      // EIO: the disk can't read it any more.
      if (codeOf(error) === 'ENOENT') damaged.push(`${path} (missing)`)
      else if (codeOf(error) === 'EIO') damaged.push(`${path} (can't be read)`)
      else throw error
    }
  })
  return damaged.sort()
}

export function requireWhole(directory: string, damaged: readonly string[]): void {
  if (damaged.length === 0) return
  throw new Problem(
    'backup-damaged',
    500,
    [
      `The backup in ${directory} is damaged. Restore another one. Not as they were written:`,
      ...damaged.map((one) => `  ${one}`),
    ].join('\n'),
  )
}

/** Throws Problem where the key does not open what the database holds, or another one wrote the manifest. */
export async function requireKey(
  directory: string,
  { isProven }: ReadManifest,
  vault: Vault,
  database = directory,
): Promise<void> {
  await using store = viewStore(database)
  for (const { id, code, wrapped_key } of await store.db.selectFrom('accounts').selectAll().execute()) {
    try {
      vault.account(id, wrapped_key)
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error
      throw new Problem(
        'master-key-wrong',
        409,
        `This master key does not open account ${code} of the backup in ${directory}. Give the one that the gateway had when the backup was taken.`,
        error,
      )
    }
  }
  if (isProven(vault)) return
  throw new Problem(
    'backup-changed',
    409,
    `The backup in ${directory} is not as the gateway wrote it: its manifest was changed. Restore another one.`,
  )
}
