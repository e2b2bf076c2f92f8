import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, open, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, untilListening, userIds } from './postfix.ts'
import { program } from './require.ts'
import { temporaryDirectory } from './temporary.ts'

const run = promisify(execFile)

/** Mailboxes of people: filled over LMTP, read over IMAP, kept below a temporary directory. */
export interface Dovecot extends AsyncDisposable {
  readonly imapPort: number
  readonly lmtpPort: number
  /** Messages in a person's inbox, oldest first, as they arrived. */
  inbox(address: string): Promise<Buffer[]>
  log(): Promise<string>
}

/** Starts Dovecot as root, without systemd. @param people password of each address. */
export async function startDovecot(people: Readonly<Record<string, string>>): Promise<Dovecot> {
  await using starting = new AsyncDisposableStack()
  const { path } = starting.use(await temporaryDirectory('dovecot'))
  const [imapPort, lmtpPort] = [await freePort(), await freePort()]
  await mkdir(join(path, 'run'))
  await mkdir(join(path, 'mail'))
  const { uid, gid } = await userIds('mail')
  await chown(join(path, 'mail'), uid, gid)
  const passwd = Object.entries(people).map(([address, password]) => `${address}:{PLAIN}${password}::::::\n`)
  await writeFile(join(path, 'passwd'), passwd.join(''))
  const conf = join(path, 'dovecot.conf')
  await writeFile(conf, configuration(path, imapPort, lmtpPort))

  const log = () => readFile(join(path, 'dovecot.log'), 'utf8').catch(() => '')
  const stop = () => run('/usr/bin/doveadm', ['-c', conf, 'stop']).catch(() => undefined)
  // Dovecot keeps stderr open for as long as it lives: a pipe would hold this process (reference/testbeds.md).
  await using errors = await open(join(path, 'start.log'), 'a')
  const child = spawn(program('dovecot'), ['-c', conf], { stdio: ['ignore', errors.fd, errors.fd] })
  starting.defer(async () => {
    await stop()
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) {
    throw new Error(
      `Dovecot did not start:\n${await readFile(join(path, 'start.log'), 'utf8')}\n${await log()}`,
    )
  }
  await untilListening(imapPort)
  await untilListening(lmtpPort)
  const living = starting.move()
  return {
    imapPort,
    lmtpPort,
    log,
    async inbox(address) {
      const [name = '', domain = ''] = address.split('@')
      const maildir = join(path, 'mail', domain, name, 'Maildir')
      const names = await Promise.all(
        ['new', 'cur'].map(async (folder) =>
          (await readdir(join(maildir, folder)).catch(() => [])).map((one) => ({ folder, one })),
        ),
      )
      const inOrder = names.flat().sort((a, b) => a.one.localeCompare(b.one, 'en', { numeric: true }))
      return Promise.all(inOrder.map(({ folder, one }) => readFile(join(maildir, folder, one))))
    },
    [Symbol.asyncDispose]: () => living.disposeAsync(),
  }
}

/** One line for each setting: Dovecot takes no two on one. */
function configuration(path: string, imapPort: number, lmtpPort: number): string {
  const mailbox = (name: string) => `mailbox ${name} {\n auto = subscribe\n special_use = \\${name}\n}\n`
  return `
base_dir = ${path}/run
state_dir = ${path}/run
log_path = ${path}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:~/Maildir
mail_uid = mail
mail_gid = mail
first_valid_uid = 8
first_valid_gid = 8
default_internal_user = dovecot
default_login_user = dovenull
# Several of these run side by side in tests: few processes each.
default_process_limit = 20
default_client_limit = 100
passdb {
 driver = passwd-file
 args = scheme=PLAIN username_format=%u ${path}/passwd
}
userdb {
 driver = static
 args = uid=mail gid=mail home=${path}/mail/%d/%n
}
namespace inbox {
inbox = yes
${['Sent', 'Drafts', 'Junk', 'Trash'].map(mailbox).join('')}}
service imap-login {
 inet_listener imap {
  address = 127.0.0.1
  port = ${imapPort}
 }
 inet_listener imaps {
  port = 0
 }
}
service lmtp {
 inet_listener lmtp {
  address = 127.0.0.1
  port = ${lmtpPort}
 }
}
`
}
