import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type BackupReport, takeBackup } from '../backup/index.ts'
import { settingsFile } from '../config/index.ts'
import { placesIn, requireReady, requireStore } from '../data-directory.ts'
import { createVault, loadMasterKey } from '../vault/index.ts'
import { gatewayVersion } from '../version.ts'
import { type CommonOptions, type Terminal, command, configOf, show } from './command.ts'

interface BackupOptions extends CommonOptions {
  readonly since?: string
}

/** `postern backup <directory>`: beside a running gateway, or without one. */
export function backupCommand(terminal: Terminal): Command {
  return command('backup', 'copy everything but the master key to a new directory')
    .argument('<directory>', 'where the backup is to be; it must not be there yet')
    .option('--since <backup>', 'an earlier backup beside it: what is in it is linked, not copied')
    .action(async (directory: string, options: BackupOptions) => {
      const config = await configOf(options)
      const { dataDir } = config
      await requireStore(dataDir)
      await requireReady(dataDir)
      const { masterKey } = placesIn(dataDir)
      const target = resolve(directory)
      const report = await takeBackup({
        store: dataDir,
        settings: settingsFile(dataDir),
        target,
        since: options.since === undefined ? null : resolve(options.since),
        vault: createVault(await loadMasterKey(masterKey)),
        version: await gatewayVersion(),
        node: config.name ?? config.hostname ?? hostname(),
        now: Date.now,
      })
      const { files, ...manifest } = report.manifest
      const shown = { ...report, manifest, directory: target, masterKey, settings: 'postern.json' in files }
      show(terminal, options, shown, () => asText(target, masterKey, report))
      if (report.manifest.broken.length > 0) terminal.fail()
    })
}

function asText(target: string, masterKey: string, report: BackupReport): string {
  const { manifest, copied, linked, written, removedUnfinished } = report
  const { accounts, people, messages, held, queued } = manifest.counts
  return [
    ...(removedUnfinished ? ['What an unfinished backup had left there was removed.', ''] : []),
    `The backup of ${manifest.taken.slice(0, 19)}Z is in ${target}:`,
    `${accounts} accounts, ${people} people, ${messages} messages (${held} copies held), ${queued} dispatches queued;`,
    `${copied + linked} files of large bodies (${linked} linked from the earlier backup), ${megabytes(written)} MB written.`,
    '',
    'The master key is NOT in it, and without it nothing in the backup can be opened, by anyone. Keep a copy of',
    `  ${masterKey}`,
    'elsewhere: whoever has both the key and a backup can read every message.',
    'Certificates of the gateway itself are not in it either; they are made anew.',
    ...('postern.json' in manifest.files
      ? ['postern.json is in it, with whatever passwords stand in that file.']
      : []),
    ...(manifest.broken.length > 0
      ? [
          '',
          `${manifest.broken.length} bodies are not whole in the gateway itself, nor in the backup. Run: postern doctor --data`,
        ]
      : []),
  ].join('\n')
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
