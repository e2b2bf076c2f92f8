import { Command } from 'commander'
import { pino } from 'pino'
import { type Config, readConfig } from '../config/index.ts'
import { requireStore } from '../data-directory.ts'
import { type Inside, openInside } from '../inside.ts'

/** What every command takes. */
export interface CommonOptions {
  readonly json?: boolean
  readonly data?: string
}

/** Where commands write; a test reads it. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** The command did its work, but the answer is no: exit code 1. */
  readonly fail: () => void
}

/** A command that takes `--json` and `--data`. */
export function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'write JSON, for programs')
    .option('--data <directory>', 'data directory (POSTERN_DATA, else ./data)')
}

/** A word that stands before commands, such as `queue` before `list`. */
export function group(name: string, description: string, commands: readonly Command[]): Command {
  const made = new Command(name).description(description)
  for (const one of commands) made.addCommand(one)
  return made
}

export async function configOf({ data }: CommonOptions): Promise<Config> {
  return readConfig(process.env, data === undefined ? {} : { dataDir: data })
}

/**
 * Runs `job` with the parts of the gateway in the data directory, which may be running at the same time: the store
 * takes several processes, and a running gateway sees what was changed within a second.
 */
export async function withInside<T>(options: CommonOptions, job: (inside: Inside) => Promise<T>): Promise<T> {
  const config = await configOf(options)
  await requireStore(config.dataDir)
  const log = pino({ level: 'warn', base: null }, pino.destination({ dest: 2, sync: true }))
  await using stack = new AsyncDisposableStack()
  return await job(await openInside(stack, config, { log, now: Date.now }))
}

/** Writes a result: as JSON, or as a person reads it. */
export function show(terminal: Terminal, { json }: CommonOptions, value: unknown, text: () => string): void {
  terminal.out(`${json ? JSON.stringify(value, null, 2) : text()}\n`)
}

/** Columns under their titles, as wide as their widest cell. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[], none: string): string {
  if (rows.length === 0) return none
  const all = [titles, ...rows]
  const widths = titles.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A time as commands show it: UTC, to the minute. */
export function time(at: number | null): string {
  return at === null ? '-' : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`
}
