import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Problem } from '../problem.ts'

/**
 * The node's master key: 32 bytes, hex in a file that only its owner may read, made on the first start. Never
 * replaced: where the file is there but not readable as a key, it throws, because a new key would make every
 * message of the old one unreadable.
 */
export async function loadMasterKey(path: string): Promise<Buffer> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw new Problem(
      'master-key-unreadable',
      500,
      `The master key ${path} can't be read. Give this user the right to read it.`,
      error,
    )
  })
  if (text === undefined) return createMasterKey(path)
  if (!/^[0-9a-f]{64}\s*$/.test(text)) {
    throw new Problem(
      'master-key-damaged',
      500,
      `${path} is not a master key (64 hex digits). Restore it from your backup of the keys.`,
    )
  }
  if (((await stat(path)).mode & 0o077) !== 0) {
    throw new Problem(
      'master-key-exposed',
      500,
      `Other users can read the master key. Run: chmod 600 ${path}`,
    )
  }
  return Buffer.from(text.trim(), 'hex')
}

async function createMasterKey(path: string): Promise<Buffer> {
  const key = randomBytes(32)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(`${key.toString('hex')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  const directory = await open(dirname(path), 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
  return key
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
