import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Low } from 'lowdb'
import { JSONFile } from 'lowdb/node'
import type { z } from 'zod'
import { Problem } from '../problem.ts'
import { settingNames } from './describe.ts'
import { type Settings, SettingsSchema, metaOf, variableOf } from './schema.ts'

export interface Config extends Settings {
  /** Absolute path of the directory of everything the gateway keeps. */
  readonly dataDir: string
  /** Variables of the environment that begin like ours and are none: likely mistyped, worth a warning. */
  readonly unknownVariables: readonly string[]
}

/** What people write: any subset of the keys, in the form they write it. */
export type WrittenSettings = Partial<z.input<typeof SettingsSchema>>

type Environment = Readonly<Record<string, string | undefined>>

/** Where the configuration of a data directory is. */
export function settingsFile(dataDir: string): string {
  return join(dataDir, 'postern.json')
}

/**
 * Reads the configuration: `postern.json`, over it the environment, over that `overrides` (the command line).
 * An empty variable is one that is not set. Throws Problem `config-wrong`, which names every wrong key.
 */
export async function readConfig(
  environment: Environment,
  overrides: WrittenSettings & { dataDir?: string } = {},
): Promise<Config> {
  const { dataDir: givenDir, ...given } = overrides
  const dataDir = resolve(givenDir ?? (environment['POSTERN_DATA'] || './data'))
  const written = await readWritten(dataDir)
  const variables = fromEnvironment(environment)
  const settings = check({ ...written, ...variables, ...given }, (name) => {
    if (Object.hasOwn(given, name)) return name
    return Object.hasOwn(variables, name) ? variableOf(name) : `${name} in ${settingsFile(dataDir)}`
  })
  return { ...settings, dataDir, unknownVariables: unknownVariables(environment) }
}

/** Changes keys in `postern.json`; only what people set stands in it. Throws Problem `config-wrong`. */
export async function changeSettings(dataDir: string, change: WrittenSettings): Promise<void> {
  const written = { ...(await readWritten(dataDir)), ...change }
  check(written, (name) => name)
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const file = new Low<Record<string, unknown>>(new JSONFile(settingsFile(dataDir)), {})
  file.data = written
  await file.write()
}

async function readWritten(dataDir: string): Promise<Record<string, unknown>> {
  const path = settingsFile(dataDir)
  const file = new Low<unknown>(new JSONFile(path), {})
  try {
    await file.read()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') {
      throw new Problem(
        'data-no-directory',
        500,
        `${dataDir} is no directory. Set POSTERN_DATA to one.`,
        error,
      )
    }
    const why = error instanceof Error ? error.message : String(error)
    throw new Problem('config-unreadable', 500, `${path} can't be read: ${why}`, error)
  }
  if (!isRecord(file.data)) {
    throw new Problem('config-wrong', 500, `${path} must hold one JSON object, such as { "smtpPort": 2525 }.`)
  }
  return file.data
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fromEnvironment(environment: Environment): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of settingNames()) {
    const value = environment[variableOf(name)]
    if (value !== undefined && value !== '') found[name] = value
  }
  return found
}

/**
 * A variable we don't know is no reason not to start: Kubernetes sets `POSTERN_SERVICE_HOST` and its like for a
 * service called postern.
 */
function unknownVariables(environment: Environment): string[] {
  const known = new Set(['POSTERN_DATA', ...settingNames().map(variableOf)])
  return Object.keys(environment).filter((name) => name.startsWith('POSTERN_') && !known.has(name))
}

function check(written: Record<string, unknown>, whereOf: (name: string) => string): Settings {
  const result = SettingsSchema.safeParse(written)
  const wrong = result.success ? [] : wrongKeys(result.error, written, whereOf)
  if (result.success) wrong.push(...contradictions(result.data))
  if (result.success && wrong.length === 0) return result.data
  throw new Problem('config-wrong', 500, ['The configuration is wrong.', ...wrong].join('\n'))
}

function wrongKeys(
  error: z.ZodError,
  written: Record<string, unknown>,
  whereOf: (name: string) => string,
): string[] {
  const lines = new Set<string>()
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const near = nearest(key)
        lines.add(`${whereOf(key)}: there is no such key.${near ? ` Did you mean ${near}?` : ''}`)
      }
      continue
    }
    const name = settingNames().find((one) => one === issue.path[0])
    if (!name) continue
    const { write, secret } = metaOf(name)
    const value = secret ? 'what is written' : JSON.stringify(written[name])
    lines.add(`${whereOf(name)}: ${value} does not fit. Write ${write}.`)
  }
  return [...lines]
}

function contradictions(settings: Settings): string[] {
  const wrong: string[] = []
  if ((settings.tlsCert === null) !== (settings.tlsKey === null)) {
    wrong.push('tlsCert and tlsKey belong together. Write both or neither.')
  }
  if ((settings.smartHostUser === null) !== (settings.smartHostPassword === null)) {
    wrong.push('smartHostUser and smartHostPassword belong together. Write both or neither.')
  }
  if (settings.smartHost === null) {
    for (const name of ['smartHostUser', 'smartHostTls', 'smartHostCa', 'smartHostTokenUrl'] as const) {
      if (settings[name] !== null)
        wrong.push(`${name} is written but smartHost is not. Write the smart host as well.`)
    }
  }
  if (settings.smartHostTokenUrl === null) {
    for (const name of ['smartHostClientId', 'smartHostScope', 'smartHostRefreshToken'] as const) {
      if (settings[name] !== null)
        wrong.push(`${name} is written but smartHostTokenUrl is not. Write the URL as well.`)
    }
  } else if (settings.smartHostUser === null || settings.smartHostClientId === null) {
    wrong.push(
      'smartHostTokenUrl needs smartHostUser (the mailbox that sends), smartHostPassword (the client secret) and smartHostClientId.',
    )
  }
  return wrong
}

/** The key that was most likely meant: same letters but for case, hyphens, or two wrong characters. */
function nearest(key: string): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return settingNames().find((name) => distance(plain(name), plain(key)) <= 2)
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
