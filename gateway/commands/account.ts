import type { Command } from 'commander'
import type { Inside } from '../inside.ts'
import { type Account, ensureTemporary, noticeAddress, parseAddress } from '../people/index.ts'
import { Problem } from '../problem.ts'
import { type CommonOptions, type Terminal, command, group, show, table, withInside } from './command.ts'

interface CreateOptions extends CommonOptions {
  readonly name?: string
  readonly domain: string[]
  readonly admin?: string
}

/** `postern account create|list` */
export function accountCommand(terminal: Terminal): Command {
  return group('account', 'organisations of this gateway', [
    command('create', 'make an account and its administrator, who is mailed the sign-in details')
      .argument('<code>', 'account code, such as acme')
      .requiredOption('--domain <domain...>', 'mail domains of the account')
      .option('--name <name>', 'name that recipients see (else the code)')
      .option('--admin <address>', 'address of the administrator (else admin@ the first domain)')
      .action(async (code: string, options: CreateOptions) => {
        const { created, admin } = await withInside(options, (inside) => create(inside, code, options))
        show(terminal, options, { ...shown(created), administrator: admin }, () =>
          [
            `Account ${created.code} is made, with ${created.domains.join(', ')}.`,
            `${admin} is being mailed the sign-in details.`,
          ].join('\n'),
        )
      }),
    command('list', 'show all accounts').action(async (options: CommonOptions) => {
      const accounts = await withInside(options, ({ people }) => people.accounts())
      show(terminal, options, accounts.map(shown), () =>
        table(
          ['code', 'name', 'domains'],
          accounts.map(({ code, name, domains }) => [code, name, domains.join(', ')]),
          'There is no account.',
        ),
      )
    }),
  ])
}

function shown({ id, code, name, domains, settings }: Account) {
  return { id, code, name, domains, language: settings.language, expiryDays: settings.expiryDays }
}

async function create({ people, store, delivery }: Inside, code: string, options: CreateOptions) {
  const admin = options.admin ?? `admin@${options.domain[0] ?? ''}`
  const domain = parseAddress(admin)?.domain
  if (domain === undefined) {
    throw new Problem(
      'address-malformed',
      400,
      `${admin} is not a mail address. Write --admin you@example.com.`,
    )
  }
  const known = await people.personByAddress(admin)
  if (known) {
    throw new Problem('person-known', 409, `${admin} is somebody here already. Choose another --admin.`)
  }
  if (!options.domain.some((one) => parseAddress(`a@${one}`)?.domain === domain)) {
    throw new Problem(
      'admin-outside',
      400,
      `${admin} must be in a domain of the account: the administrator is one of its users.`,
    )
  }
  const created = await people.createAccount({ code, name: options.name ?? code, domains: options.domain })
  await store.write(async (trx) => {
    const { person } = await people.ensure(trx, { address: admin, role: 'administrator' }, Date.now())
    await ensureTemporary(trx, person.id, Date.now())
    await delivery.enqueue(trx, {
      kind: 'notice',
      accountId: created.id,
      notice: { type: 'sign-in-details', personId: person.id },
      envelopeFrom: noticeAddress(created),
      recipient: person.address,
    })
  })
  return { created, admin }
}
