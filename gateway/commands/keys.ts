import type { Command } from 'commander'
import { fingerprint } from '../../shared/link/index.ts'
import type { LinkKey, RootKey } from '../keys/index.ts'
import {
  type CommonOptions,
  type Terminal,
  command,
  group,
  show,
  table,
  time,
  withInside,
} from './command.ts'

/** How long a new link key is published before it signs: by then whoever keeps a description has read it anew. */
const overlap = 24 * 60 * 60 * 1000

/** `postern keys list|rotate link|rotate root|revoke link` */
export function keysCommand(terminal: Terminal): Command {
  return group('keys', 'keys that sign links, and the root key that vouches for them', [
    command('list', 'show them, without their secrets').action(async (options: CommonOptions) => {
      const listed = await withInside(options, async ({ keys }) => ({
        root: await Promise.all((await keys.roots.list()).map(withFingerprint)),
        link: await keys.links.list(),
      }))
      show(terminal, options, listed, () => `${rootTable(listed.root)}\n\n${linkTable(listed.link)}`)
    }),
    group('rotate', 'take a new key', [
      command('link', 'a new key for links; the one before signs for another day and goes on checking')
        .option('--at-once', 'the new key signs from now on')
        .action(async (options: CommonOptions & { atOnce?: boolean }) => {
          const key = await withInside(options, ({ keys }) => keys.links.rotate(options.atOnce ? 0 : overlap))
          show(terminal, options, key, () => `${key.kid} signs links from ${time(key.activeFrom)} on.`)
        }),
      command('root', 'a new root key, signed by the one of now, which is then destroyed').action(
        async (options: CommonOptions) => {
          const key = await withInside(options, async ({ keys }) =>
            withFingerprint(await keys.roots.rotate()),
          )
          show(terminal, options, key, () => `The new root key's fingerprint is\n${key.fingerprint}`)
        },
      ),
    ]),
    group('revoke', 'make a key worthless', [
      command('link', 'every link that this key has signed becomes invalid')
        .argument('<kid>')
        .action(async (kid: string, options: CommonOptions) => {
          const key = await withInside(options, ({ keys }) => keys.links.revoke(kid))
          show(
            terminal,
            options,
            key,
            () => `${key.kid} is revoked. Links that it has signed no longer open.`,
          )
        }),
    ]),
  ])
}

type ShownRoot = RootKey & { readonly fingerprint: string }

async function withFingerprint(key: RootKey): Promise<ShownRoot> {
  return { ...key, fingerprint: await fingerprint(key.publicKey) }
}

function rootTable(keys: readonly ShownRoot[]): string {
  return table(
    ['root key', 'made', 'fingerprint'],
    keys.map((key) => [key.state, time(key.createdAt), key.fingerprint]),
    'There is no root key yet. It is made when it is first asked for.',
  )
}

function linkTable(keys: readonly LinkKey[]): string {
  return table(
    ['link key', 'state', 'made', 'signs from', 'until', 'revoked'],
    keys.map((key) => [
      key.kid,
      key.state,
      time(key.createdAt),
      time(key.activeFrom),
      time(key.retiredAt),
      time(key.revokedAt),
    ]),
    'There is no link key yet. It is made with the first link.',
  )
}
