import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'vitest'

/** Programs that tests run against, and what installs each on Debian or Ubuntu. */
const packages = {
  postfix: 'postfix',
  'smtp-sink': 'postfix',
  'smtp-source': 'postfix',
  swaks: 'swaks',
  gcc: 'gcc libc6-dev',
  dovecot: 'dovecot-imapd dovecot-lmtpd',
  php: 'php-cli php-sqlite3 php-mbstring php-xml php-intl php-zip php-gd php-curl',
  roundcube: 'roundcube-core roundcube-sqlite3',
  'firefox-esr': 'firefox-esr',
  knotd: 'knot',
  keymgr: 'knot',
  unbound: 'unbound',
} as const
export type Program = keyof typeof packages

/** Debian's pages of Roundcube. */
export const roundcubePages = '/var/lib/roundcube/public_html'

/** What is no program to run, and the file that tells whether it is there. */
const files: Partial<Record<Program, string>> = { roundcube: join(roundcubePages, 'index.php') }

/** Where a program is, or undefined. Servers are often not on a person's PATH. */
export function findProgram(...names: string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name)
      try {
        accessSync(path, constants.X_OK)
        return path
      } catch {
        // Not there; the next folder.
      }
    }
  }
  return undefined
}

function isThere(program: Program): boolean {
  const file = files[program]
  return file === undefined ? findProgram(program) !== undefined : existsSync(file)
}

/** What is missing of these programs, in a sentence that says how to install it; undefined where nothing is. */
export function missing(...programs: Program[]): string | undefined {
  const absent = programs.filter((program) => !isThere(program))
  if (absent.length === 0) return undefined
  const wanted = [...new Set(absent.map((program) => packages[program]))].join(' ')
  return `${absent.join(', ')} not installed; on Debian or Ubuntu: apt-get install --no-install-recommends ${wanted}`
}

/**
 * Skips a test where a program it needs is not installed, saying how to install it. Where CI is set the test fails
 * instead: there a skipped test would be a test nobody runs.
 */
export function requirePrograms(context: Pick<TestContext, 'skip'>, ...programs: Program[]): void {
  const what = missing(...programs)
  if (what === undefined) return
  if (process.env['CI']) throw new Error(what)
  context.skip(what)
}

/** The path of a program that `requirePrograms` has asked for. */
export function program(name: Program): string {
  const path = findProgram(name)
  if (path === undefined) throw new Error(missing(name))
  return path
}

/** For tests in a real webmail: Postfix, Dovecot and Roundcube, which only root can start. */
export function requireMailHouse(context: Pick<TestContext, 'skip'>, ...more: Program[]): void {
  requirePrograms(context, 'postfix', 'dovecot', 'php', 'roundcube', ...more)
  if (process.getuid?.() !== 0) context.skip('Postfix and Dovecot are started by root only')
}
