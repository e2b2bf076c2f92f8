import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, untilListening } from './postfix.ts'
import { program, roundcubePages } from './require.ts'
import { temporaryDirectory } from './temporary.ts'

const run = promisify(execFile)

/** A webmail of the test's own: Debian's Roundcube, its configuration, database and sessions in a temporary directory. */
export interface Roundcube extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string
  log(): Promise<string>
}

/** @param smtpPort a mail server that takes mail of loopback without signing in. */
export async function startRoundcube({
  imapPort,
  smtpPort,
}: {
  imapPort: number
  smtpPort: number
}): Promise<Roundcube> {
  await using starting = new AsyncDisposableStack()
  const { path } = starting.use(await temporaryDirectory('roundcube'))
  const conf = join(path, 'conf')
  for (const folder of ['conf', 'logs', 'temp']) await mkdir(join(path, folder))
  for (const file of ['mimetypes.php', 'defaults.inc.php']) {
    await copyFile(join('/etc/roundcube', file), join(conf, file))
  }
  await writeFile(join(conf, 'config.inc.php'), configuration(path, imapPort, smtpPort))
  const make = `$db = new PDO('sqlite:${path}/roundcube.db'); $db->exec(file_get_contents('/usr/share/roundcube/SQL/sqlite.initial.sql'));`
  await run(program('php'), ['-r', make])

  const port = await freePort()
  await using output = await open(join(path, 'php.log'), 'a')
  const child = spawn(
    program('php'),
    [...phpSettings(path), '-S', `127.0.0.1:${port}`, '-t', roundcubePages],
    {
      // A page of Roundcube asks for several things at once; one worker would answer them one by one.
      env: { ...process.env, ROUNDCUBE_CONFIG_DIR: conf, PHP_CLI_SERVER_WORKERS: '3' },
      stdio: ['ignore', output.fd, output.fd],
      // Its workers are processes of its own group, which ends as a whole.
      detached: true,
    },
  )
  const ended = once(child, 'exit')
  starting.defer(async () => {
    if (child.exitCode !== null || child.pid === undefined) return
    process.kill(-child.pid, 'SIGTERM')
    await ended
  })
  const log = async () =>
    (
      await Promise.all(
        ['php.log', 'logs/errors.log'].map((file) => readFile(join(path, file), 'utf8').catch(() => '')),
      )
    ).join('\n')
  try {
    await untilListening(port)
  } catch (error) {
    throw new Error(`Roundcube did not start:\n${await log()}`, { cause: error })
  }
  const living = starting.move()
  return { url: `http://127.0.0.1:${port}`, log, [Symbol.asyncDispose]: () => living.disposeAsync() }
}

function phpSettings(path: string): string[] {
  const settings = {
    'opcache.enable_cli': '1',
    'session.save_path': join(path, 'temp'),
    upload_max_filesize: '30M',
    post_max_size: '40M',
  }
  return Object.entries(settings).flatMap(([key, value]) => ['-d', `${key}=${value}`])
}

function configuration(path: string, imapPort: number, smtpPort: number): string {
  return `<?php
$config = [];
$config['db_dsnw'] = 'sqlite:///${path}/roundcube.db?mode=0640';
$config['imap_host'] = '127.0.0.1:${imapPort}';
$config['smtp_host'] = '127.0.0.1:${smtpPort}';
$config['smtp_user'] = '';
$config['smtp_pass'] = '';
$config['log_dir'] = '${path}/logs';
$config['temp_dir'] = '${path}/temp';
$config['des_key'] = 'rcmail-!24ByteDESkey*Str';
$config['language'] = 'en_US';
$config['skin'] = 'elastic';
$config['plugins'] = [];
$config['enable_installer'] = false;
$config['session_lifetime'] = 600;
$config['ip_check'] = false;
`
}
