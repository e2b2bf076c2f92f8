import { join } from 'node:path'

/** Where the store is below its directory. */
export function storePlaces(directory: string) {
  return { database: join(directory, 'postern.db'), bodies: join(directory, 'bodies') }
}
