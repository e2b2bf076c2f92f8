import { mkdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { firefoxId, testingId } from '../../extension/manifest.ts'
import type { BrowserKind } from './extension-build.ts'

/**
 * Where browsers read what an organisation has decided, on this machine. Both are outside of every profile, so a test
 * that writes them is for machines of tests alone.
 */
const places = {
  chrome: '/etc/chromium/policies/managed/postern-test.json',
  firefox: '/etc/firefox/policies/policies.json',
} satisfies Record<BrowserKind, string>

const ids = { chrome: testingId, firefox: firefoxId } satisfies Record<BrowserKind, string>

/**
 * Sets policy for the testing build in every browser of this kind on this machine, until it is disposed of. Refuses where
 * somebody has set policy there already.
 */
export async function setManagedPolicy(
  kind: BrowserKind,
  policy: Readonly<Record<string, unknown>>,
): Promise<AsyncDisposable> {
  const { [kind]: file } = places
  const { [kind]: id } = ids
  const content =
    kind === 'chrome'
      ? { '3rdparty': { extensions: { [id]: policy } } }
      : { policies: { '3rdparty': { Extensions: { [id]: policy } } } }
  const made = await makeFolders(dirname(file))
  try {
    // An earlier run that was killed may have left its own file, and nobody else's may be lost.
    if (!(await isOurs(file, id))) throw new Error(`${file} is somebody else's: it is left as it is`)
    await writeFile(file, JSON.stringify(content))
  } catch (error) {
    await remove(made)
    throw error
  }
  return {
    async [Symbol.asyncDispose]() {
      await rm(file, { force: true })
      await remove(made)
    },
  }
}

async function isOurs(file: string, id: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined || text.includes(`"${id}"`)
}

/** Resolves to the folders that were not there, innermost first. */
async function makeFolders(path: string): Promise<string[]> {
  const made: string[] = []
  for (let folder = path; !(await stat(folder).catch(() => undefined)); folder = dirname(folder))
    made.push(folder)
  await mkdir(path, { recursive: true })
  return made
}

async function remove(folders: readonly string[]): Promise<void> {
  // Not empty: somebody else has put something there since.
  for (const folder of folders) await rmdir(folder).catch(() => undefined)
}
