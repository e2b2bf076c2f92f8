import type { Command } from 'commander'
import type { Inside } from '../inside.ts'
import type { Person } from '../people/index.ts'
import { Problem } from '../problem.ts'
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

interface ListOptions extends CommonOptions {
  readonly account?: string
  readonly search?: string
  readonly limit: string
}

/** `postern person list|reset|disable|enable` */
export function personCommand(terminal: Terminal): Command {
  return group('person', 'users and recipients', [
    command('list', 'show people')
      .option('--account <code>', 'users of this account alone')
      .option('--search <text>', 'addresses that contain this')
      .option('--limit <count>', 'at most so many', '200')
      .action(async (options: ListOptions) => {
        const people = await withInside(options, (inside) => list(inside, options))
        show(terminal, options, people.map(shown), () =>
          table(
            ['address', 'role', 'name', 'since', ''],
            people.map((one) => [
              one.address,
              one.role,
              one.name,
              time(one.created_at),
              one.disabled_at === null ? '' : 'disabled',
            ]),
            'There is nobody.',
          ),
        )
      }),
    command('reset', 'mail somebody new sign-in details; ends their sessions')
      .argument('<address>')
      .action(async (address: string, options: CommonOptions) => {
        const person = await withInside(options, async (inside) =>
          inside.signin.resetPerson((await must(inside, address)).id),
        )
        show(terminal, options, shown(person), () => `${person.address} is being mailed new sign-in details.`)
      }),
    switching(terminal, 'disable', true, 'shut somebody out; ends their sessions', 'can no longer sign in.'),
    switching(terminal, 'enable', false, 'let somebody in again', 'can sign in again.'),
  ])
}

function switching(
  terminal: Terminal,
  name: string,
  disabled: boolean,
  about: string,
  done: string,
): Command {
  return command(name, about)
    .argument('<address>')
    .action(async (address: string, options: CommonOptions) => {
      const person = await withInside(options, async (inside) =>
        inside.signin.setDisabled((await must(inside, address)).id, disabled),
      )
      show(terminal, options, shown(person), () => `${person.address} ${done}`)
    })
}

async function list({ people }: Inside, { account: code, search, limit }: ListOptions): Promise<Person[]> {
  const most = Number(limit)
  if (!Number.isInteger(most) || most < 1)
    throw new Problem('limit-malformed', 400, '--limit takes a number from 1.')
  const account = code === undefined ? undefined : await people.accountByCode(code)
  if (code !== undefined && !account)
    throw new Problem('account-unknown', 404, `There is no account ${code}.`)
  return people.people({
    limit: most,
    ...(account && { accountId: account.id }),
    ...(search !== undefined && { search }),
  })
}

async function must({ people }: Inside, address: string): Promise<Person> {
  const person = await people.personByAddress(address)
  if (!person) throw new Problem('person-unknown', 404, `Nobody here has the address ${address}.`)
  return person
}

function shown({ id, address, name, role, account_id, created_at, disabled_at }: Person) {
  return { id, address, name, role, accountId: account_id, createdAt: created_at, disabledAt: disabled_at }
}
