import { chown, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { userIds } from './postfix.ts'
import { temporaryDirectory } from './temporary.ts'

/** A message as it lies in a mailbox. */
export interface Delivered {
  /** Envelope recipient (`Delivered-To`), one for each file. */
  readonly recipient: string
  /** With angle brackets. */
  readonly messageId: string
  /** Whole, with the lines that the server put before it; lines end in LF. */
  readonly text: string
}

/** Mailboxes (Maildir, one for each domain) that a Postfix delivers to. Every address of the domains exists. */
export interface Mailboxes extends AsyncDisposable {
  /** For main.cf. */
  readonly settings: Readonly<Record<string, string>>
  /** Everything of a domain. */
  read(domain: string): Promise<Delivered[]>
}

export async function createMailboxes(domains: readonly string[]): Promise<Mailboxes> {
  const directory = await temporaryDirectory('mailboxes')
  const { path } = directory
  const { uid, gid } = await userIds('mail')
  await chown(path, uid, gid)
  const rules = domains.map((domain) => `{/@${domain.replaceAll('.', '[.]')}$$/ ${domain}/}`)
  return {
    settings: {
      virtual_mailbox_domains: domains.join(', '),
      virtual_mailbox_base: path,
      virtual_mailbox_maps: `regexp:{${rules.join(', ')}}`,
      virtual_uid_maps: `static:${uid}`,
      virtual_gid_maps: `static:${gid}`,
      virtual_minimum_uid: '1',
    },
    async read(domain) {
      const folder = join(path, domain, 'new')
      const names = await readdir(folder).catch(() => [])
      const delivered: Delivered[] = []
      for (const name of names) {
        const text = await readFile(join(folder, name), 'latin1')
        const header = text.slice(0, text.indexOf('\n\n'))
        delivered.push({
          recipient: /^delivered-to: *(\S+)/im.exec(header)?.[1] ?? '',
          messageId: /^message-id: *(<\S+>)/im.exec(header)?.[1] ?? '',
          text,
        })
      }
      return delivered
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  }
}
