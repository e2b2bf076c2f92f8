import type { Command } from 'commander'
import type { QueueFilter } from '../delivery/index.ts'
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

interface FilterOptions extends CommonOptions {
  readonly destination?: string
  readonly account?: string
  readonly all?: boolean
}

interface ListOptions extends FilterOptions {
  readonly state?: 'queued' | 'done' | 'failed' | 'dropped'
}

/** `postern queue list|retry|drop` */
export function queueCommand(terminal: Terminal): Command {
  return group('queue', 'mail waiting to be sent', [
    filtered(command('list', 'show what waits'))
      .option('--state <state>', 'queued, done, failed or dropped', 'queued')
      .action(async (options: ListOptions) => {
        const dispatches = await withInside(options, async (inside) =>
          inside.delivery.list({ ...(await filterOf(inside, options)), ...stateOf(options) }),
        )
        show(terminal, options, dispatches, () =>
          table(
            ['id', 'what', 'to', 'tries', 'next', 'last reply'],
            dispatches.map((one) => [
              one.id,
              one.notice ?? one.kind,
              one.recipients.map(({ address }) => address).join(', '),
              String(one.attempts),
              one.sending ? 'now' : time(one.state === 'queued' ? one.nextTryAt : null),
              one.recipients.find(({ reply }) => reply !== '')?.reply ?? '',
            ]),
            'Nothing waits.',
          ),
        )
      }),
    filtered(
      command('retry', 'try again now').argument('[id]', 'one dispatch, even one that was given up'),
    ).action(async (id: string | undefined, options: FilterOptions) => {
      const count = await withInside(options, async (inside) =>
        inside.delivery.retry(await chosen(inside, id, options)),
      )
      show(terminal, options, { retried: count }, () => `${count} will be tried again within half a minute.`)
    }),
    filtered(command('drop', 'give up without telling the sender').argument('[id]', 'one dispatch')).action(
      async (id: string | undefined, options: FilterOptions) => {
        const rows = await withInside(options, async (inside) =>
          inside.delivery.drop(await chosen(inside, id, options)),
        )
        show(terminal, options, { dropped: rows.map((row) => row.id) }, () => `${rows.length} dropped.`)
      },
    ),
  ])
}

function filtered(base: Command): Command {
  return base
    .option('--destination <name>', 'going to this destination')
    .option('--account <code>', 'of this account')
    .option('--all', 'everything that waits')
}

type Accounts = { people: { accountByCode(code: string): Promise<{ id: string } | undefined> } }

async function filterOf(
  { people }: Accounts,
  { destination, account: code }: FilterOptions,
): Promise<QueueFilter> {
  const account = code === undefined ? undefined : await people.accountByCode(code)
  if (code !== undefined && !account)
    throw new Problem('account-unknown', 404, `There is no account ${code}.`)
  return { ...(destination !== undefined && { destination }), ...(account && { accountId: account.id }) }
}

/** What to change must be said: nobody drops the whole queue by a forgotten word. */
async function chosen(
  inside: Accounts,
  id: string | undefined,
  options: FilterOptions,
): Promise<QueueFilter> {
  const filter = { ...(await filterOf(inside, options)), ...(id !== undefined && { id }) }
  if (Object.keys(filter).length > 0 || options.all) return filter
  throw new Problem('queue-unchosen', 400, 'Say which: an id, --destination, --account, or --all.')
}

function stateOf({ state }: ListOptions): QueueFilter {
  if (state === undefined) return {}
  if (['queued', 'done', 'failed', 'dropped'].includes(state)) return { state }
  throw new Problem('state-unknown', 400, '--state is queued, done, failed or dropped.')
}
