import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const cache = join(root, '.cache/extension')

/** Which build a browser takes. */
export type BrowserKind = 'chrome' | 'firefox'

/** For people, or for browser tests: `wxt build --mode testing`. */
export type BuildMode = 'production' | 'testing'

/** Everything that a build is made of. */
const sources = ['extension', 'shared', 'types', 'wxt.config.ts', 'tsconfig.json', 'package-lock.json']

/**
 * The extension, built when its sources have changed and found again otherwise: a test need not be told to build
 * first, and never runs on an old build. Resolves to the directory with its manifest.
 */
export async function builtExtension(kind: BrowserKind, mode: BuildMode = 'testing'): Promise<string> {
  const target = join(cache, `${kind}-${mode}-${await fingerprint()}`)
  if (existsSync(target)) return target
  await mkdir(cache, { recursive: true })
  await forgetOld()
  const out = await mkdtemp(join(cache, 'building-'))
  try {
    const wxt = join(root, 'node_modules/wxt/bin/wxt.mjs')
    await run(process.execPath, [wxt, 'build', '-b', kind, '--mode', mode], {
      cwd: root,
      // A test runner's NODE_ENV would make it another build.
      env: { ...process.env, NODE_ENV: 'production', POSTERN_EXTENSION_OUT: out },
    })
    const folder = `${kind}-mv3${mode === 'testing' ? '-testing' : ''}`
    await rename(join(out, folder), target).catch((error: unknown) => {
      // Another test file built the same at the same time and was first.
      if (!existsSync(target)) throw error
    })
  } finally {
    await rm(out, { recursive: true, force: true })
  }
  return target
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  for (const source of sources) {
    for (const file of await filesOf(join(root, source))) {
      hash.update(`${relative(root, file)}\0`).update(
        createHash('sha256')
          .update(await readFile(file))
          .digest(),
      )
    }
  }
  return hash.digest('hex').slice(0, 16)
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** Builds of another day are of no use to anybody. */
async function forgetOld(): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name)
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > 24 * 60 * 60 * 1000) await rm(path, { recursive: true, force: true })
  }
}
