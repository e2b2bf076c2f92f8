import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { pino } from 'pino'
import { type Manifest, type Restored, checkBackup, restoreBackup } from '../backup/index.ts'
import type { Config } from '../config/index.ts'
import { placesIn, prepareDataDirectory } from '../data-directory.ts'
import { openInside } from '../inside.ts'
import { Problem } from '../problem.ts'
import { type Vault, createVault, loadMasterKey } from '../vault/index.ts'
import { type CommonOptions, type Terminal, command, configOf, show } from './command.ts'

interface RestoreOptions extends CommonOptions {
  readonly keys?: string
  readonly send?: boolean
  readonly check?: boolean
  readonly settings: boolean
}

/** `postern restore <backup>`: makes a data directory of a backup and the master key. */
export function restoreCommand(terminal: Terminal): Command {
  return command('restore', 'make a data directory of a backup')
    .argument('<backup>', 'directory of the backup')
    .option('--keys <file>', 'copy of the master key (else keys/master.key of the data directory)')
    .option('--send', 'the old gateway did not run on: send the messages that were queued')
    .option('--no-settings', 'leave postern.json out: to try a backup without sending anything')
    .option('--check', 'only read all of the backup, and say whether it is whole')
    .action(async (backup: string, options: RestoreOptions) => {
      const config = await configOf(options)
      const { dataDir } = config
      const file = options.keys === undefined ? placesIn(dataDir).masterKey : resolve(options.keys)
      const directory = resolve(backup)
      if (options.check) {
        const key = options.keys === undefined ? undefined : await vaultOf(file)
        const manifest = await checkBackup(directory, key)
        show(terminal, options, summary(manifest), () => checkedText(directory, manifest, key))
        return
      }
      await prepareDataDirectory(dataDir)
      const restored = await restoreBackup({
        backup: directory,
        dataDir,
        key: { file, place: placesIn('').masterKey },
        vault: await vaultOf(file),
        settings: options.settings,
        now: Date.now,
        // With the settings of this command: those of the backup need not be right here.
        prepare: (partial) => prepare({ ...config, dataDir: partial }, options.send ?? false),
      })
      const { manifest, prepared, settings } = restored
      const shown = { data: dataDir, settings, ...prepared, manifest: summary(manifest) }
      show(terminal, options, shown, () => asText(dataDir, restored))
    })
}

/** Of a key that is there: reading one that is not would make one. */
async function vaultOf(file: string): Promise<Vault> {
  try {
    await access(file)
  } catch (error) {
    throw new Problem(
      'master-key-missing',
      404,
      `There is no master key at ${file}, and without it nothing in a backup can be opened. Name your copy of it with --keys.`,
      error,
    )
  }
  return createVault(await loadMasterKey(file))
}

interface Prepared {
  /** Dispatches of messages that wait for a person to let them go. */
  readonly paused: number
  /** Dispatches of notices, which are sent though the old gateway may have sent them. */
  readonly notices: number
}

/** Ends what is past its time, before anybody can sign in and read it, and keeps messages from leaving twice. */
async function prepare(config: Config, send: boolean): Promise<Prepared> {
  const log = pino({ level: 'warn', base: null }, pino.destination({ dest: 2, sync: true }))
  await using stack = new AsyncDisposableStack()
  const { messages, delivery, store } = await openInside(stack, config, { log, now: Date.now })
  await messages.expireDue()
  if (!send) await delivery.pause({ kind: 'message' })
  await store.forget()
  return await store.db
    .selectFrom('dispatches')
    .where('state', '=', 'queued')
    .select(({ fn }) => [
      fn.countAll<number>().filterWhere('paused_at', 'is not', null).as('paused'),
      fn.countAll<number>().filterWhere('kind', '=', 'notice').as('notices'),
    ])
    .executeTakeFirstOrThrow()
}

/** Without the list of files, which can be long. */
function summary({ files, ...manifest }: Manifest) {
  return { ...manifest, files: Object.keys(files).length }
}

function checkedText(directory: string, { files }: Manifest, key: Vault | undefined): string {
  const opened = key
    ? 'The master key opens its accounts, and its manifest is as the gateway wrote it.'
    : 'Name the master key with --keys to see whether it opens it.'
  return `The backup in ${directory} is whole: ${Object.keys(files).length} files are as they were written.\n${opened}`
}

function asText(dataDir: string, { manifest, prepared, settings }: Restored<Prepared>): string {
  const { paused, notices } = prepared
  const taken = `${manifest.taken.slice(0, 19)}Z`
  const { accounts, people, messages, held } = manifest.counts
  return [
    `The backup of ${taken} is restored to ${dataDir}:`,
    `${accounts} accounts, ${people} people, ${messages} messages (${held} copies held then).`,
    '',
    'Not in the backup:',
    `  - whatever happened after ${taken}: messages, passwords chosen, keys of links made or revoked.`,
    '    If keys of links were changed since, run: postern keys rotate link',
    '  - certificates of the gateway itself: they are made anew. Files that tlsCert and tlsKey name: put them there.',
    settings
      ? '  - settings that came from the environment. postern.json is restored.'
      : '  - settings: there is no postern.json, so the gateway starts as a sandbox unless the environment says more.',
    '',
    'What happens next:',
    paused > 0
      ? `  - ${paused} dispatches of messages are paused: the old gateway may have sent them. Look at them with “postern queue list”, and let them go with “postern queue resume”, or drop them.`
      : '  - No message is paused.',
    `  - ${notices} notices are sent when the gateway starts, some perhaps for the second time.`,
    '  - Everybody signs in again. Passwords are those of the backup; temporary ones used since work again until they expire.',
    '  - Messages that have expired since are gone already. Those that were taken back since can be read again:',
    '    take them back again with “postern message recall”.',
    ...(manifest.broken.length > 0
      ? [
          `  - ${manifest.broken.length} bodies were lost before the backup. “postern doctor --data” says which messages those are.`,
        ]
      : []),
    '',
    'Start the gateway with “postern start”.',
  ].join('\n')
}
