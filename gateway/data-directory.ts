import { access, constants, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from './problem.ts'

/** Where things are below the data directory. */
export function placesIn(dataDir: string) {
  return {
    /** The store, made and named by gateway/store. */
    database: join(dataDir, 'postern.db'),
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
