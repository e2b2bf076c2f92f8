import { access, constants, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { unfinishedRestore } from './backup/index.ts'
import { Problem } from './problem.ts'
import { storePlaces } from './store/index.ts'

/** Where things are below the data directory. */
export function placesIn(dataDir: string) {
  return {
    database: storePlaces(dataDir).database,
    keys: join(dataDir, 'keys'),
    masterKey: join(dataDir, 'keys', 'master.key'),
    certificates: join(dataDir, 'certificates'),
  }
}

/** Makes the data directory, closed to other users, or says why it can't be used. */
export async function prepareDataDirectory(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new Problem(
      'data-not-writable',
      500,
      `The data directory ${dataDir} can't be written. Give this user the right to, or choose another with POSTERN_DATA.`,
      error,
    )
  }
}

/**
 * Throws where the directory holds what may not be opened: an unfinished restore, or a store without its master key.
 * A new key would be made otherwise, and with it nothing could be read.
 */
export async function requireReady(dataDir: string): Promise<void> {
  const { database, masterKey } = placesIn(dataDir)
  if (await isThere(unfinishedRestore(dataDir))) {
    throw new Problem(
      'restore-unfinished',
      409,
      `A restore into ${dataDir} was not finished. Run “postern restore” again; it begins anew.`,
    )
  }
  if ((await isThere(database)) && !(await isThere(masterKey))) {
    throw new Problem(
      'master-key-missing',
      500,
      `${masterKey} is missing, and without it nothing in ${dataDir} can be opened. Put your copy of it there.`,
    )
  }
}

/** What can't be looked at is taken for being there. */
function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  )
}

/** Throws where no gateway was ever started on the directory. */
export async function requireStore(dataDir: string): Promise<void> {
  try {
    await access(placesIn(dataDir).database)
  } catch (error) {
    throw new Problem(
      'data-missing',
      404,
      `There is no gateway in ${dataDir}. Start it once with “postern start”, or set POSTERN_DATA to its directory.`,
      error,
    )
  }
}
