import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { run } from '../../gateway/commands/index.ts'
import type { Manifest } from '../../gateway/backup/index.ts'

/** A directory for backups and for what is restored, gone at the end. */
export interface Shelf extends AsyncDisposable {
  readonly path: string
  /** A place in it that is not there yet. */
  place(name: string): string
}

export async function shelf(): Promise<Shelf> {
  const path = await mkdtemp(join(tmpdir(), 'postern-backup-'))
  return {
    path,
    place: (name) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `postern` in this process. */
export async function postern(...argv: string[]): Promise<Said> {
  let out = ''
  let err = ''
  const code = await run(argv, { out: (text) => (out += text), err: (text) => (err += text) })
  return { code, out, err }
}

/** Takes a backup, which is expected to work. */
export async function backup(dataDir: string, target: string, ...options: string[]): Promise<Said> {
  return expectDone(await postern('backup', target, '--data', dataDir, ...options))
}

/** Restores a backup, which is expected to work. */
export async function restore(
  from: { backup: string; key: string },
  dataDir: string,
  ...options: string[]
): Promise<Said> {
  return expectDone(await postern('restore', from.backup, '--keys', from.key, '--data', dataDir, ...options))
}

function expectDone(said: Said): Said {
  if (said.code !== 0) throw new Error(`exit code ${said.code}: ${said.err}${said.out}`)
  return said
}

export const keyOf = (dataDir: string) => join(dataDir, 'keys/master.key')

export async function manifestOf(directory: string): Promise<Manifest> {
  const { manifest } = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as {
    manifest: Manifest
  }
  return manifest
}

/** Everything below a directory, with rights in octal. */
export async function tree(directory: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    found.set(relative(directory, path), ((await stat(path)).mode & 0o777).toString(8))
  }
  return found
}

/** An attachment that is too large for the database: its body is a file. */
export function largeFile(): { filename: string; content: Buffer } {
  return { filename: 'scan.bin', content: randomBytes(600_000) }
}
