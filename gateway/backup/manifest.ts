import { timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { Problem } from '../problem.ts'
import { storePlaces } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { FileFacts, codeOf, writeDurably } from './files.ts'

/** What a backup is and holds: `manifest.json` in its directory. */
const Manifest = z.object({
  format: z.literal(1),
  /** Of the program that wrote it. */
  version: z.string(),
  /** The gateway that it is of, for people. */
  node: z.string(),
  /** The moment it shows, ISO 8601, UTC. */
  taken: z.iso.datetime(),
  /** Last step of the database's schema. */
  schema: z.string(),
  counts: z.object({
    accounts: z.number(),
    people: z.number(),
    messages: z.number(),
    /** Copies that can be read. */
    held: z.number(),
    /** Dispatches that wait. */
    queued: z.number(),
    bodies: z.number(),
  }),
  /** Bodies whose file the gateway itself did not have whole. */
  broken: z.array(z.string()),
  /** By path in the backup, `/` between folders: the database, postern.json where there was one, bodies. */
  files: z
    .record(z.string().regex(/^(postern\.(db|json)|bodies\/[0-9a-z]{2}\/[0-9a-z]{26})$/), FileFacts)
    .refine((files) => storePlaces('').database in files),
})
export type Manifest = z.infer<typeof Manifest>

const Written = z.object({ manifest: Manifest, proof: z.string().regex(/^[0-9a-f]{64}$/) })

const fileName = 'manifest.json'

/** Name of the gateway's settings in a backup. */
export const settingsName = 'postern.json'

/** The body files of a backup, by id. */
export function bodiesOf({ files }: Manifest): Map<string, FileFacts> {
  const bodies = storePlaces('').bodies
  return new Map(
    Object.entries(files)
      .filter(([path]) => path.startsWith(`${bodies}/`))
      .map(([path, facts]) => [basename(path), facts]),
  )
}

/**
 * HMAC of the manifest under the master key. The hashes find damage; this finds a backup that somebody has changed
 * on purpose, such as by giving an administrator the password hash of another person.
 */
function proofOf(vault: Vault, manifest: Manifest): Buffer {
  return vault.mac('backup-manifest', JSON.stringify(manifest))
}

export async function writeManifest(directory: string, vault: Vault, manifest: Manifest): Promise<void> {
  // Parsed, so that its keys stand in the order in which they are read again.
  const facts = Manifest.parse(manifest)
  const proof = proofOf(vault, facts).toString('hex')
  await writeDurably(join(directory, fileName), `${JSON.stringify({ manifest: facts, proof }, null, 1)}\n`)
}

/** A manifest, and whether it was written under the same master key. */
export interface ReadManifest {
  readonly manifest: Manifest
  readonly isProven: (vault: Vault) => boolean
}

/** Throws Problem `backup-unknown` where the directory holds no finished backup, `backup-damaged`, `backup-newer`. */
export async function readManifest(directory: string): Promise<ReadManifest> {
  const text = await readFile(join(directory, fileName), 'utf8').catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error
    throw new Problem(
      'backup-unknown',
      404,
      `There is no finished backup in ${directory}: it has no ${fileName}.`,
      error,
    )
  })
  const value = parsed(text)
  if (z.object({ manifest: z.object({ format: z.number().min(2) }) }).safeParse(value).success) {
    throw newer(directory)
  }
  const result = Written.safeParse(value)
  if (!result.success) {
    throw new Problem(
      'backup-damaged',
      500,
      `${join(directory, fileName)} is damaged. Take another backup.`,
      result.error,
    )
  }
  const { manifest, proof } = result.data
  return {
    manifest,
    isProven: (vault) => timingSafeEqual(proofOf(vault, manifest), Buffer.from(proof, 'hex')),
  }
}

export function newer(directory: string): Problem {
  return new Problem(
    'backup-newer',
    409,
    `The backup in ${directory} was made by a newer version of Postern. Restore it with that version.`,
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // Told by the check of its form.
    return undefined
  }
}
