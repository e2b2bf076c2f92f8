import type { Command } from 'commander'
import type { QueueFilter } from '../delivery/index.ts'
import type { Inside } from '../inside.ts'
import { Problem } from '../problem.ts'
import { type CommonOptions, type Terminal, command, group, show, withInside } from './command.ts'
import { foundTable, queueTable, timeline } from './queue-text.ts'

interface FilterOptions extends CommonOptions {
  readonly destination?: string
  readonly account?: string
  readonly from?: string
  readonly to?: string
  readonly all?: boolean
}

interface ListOptions extends FilterOptions {
  readonly state?: string
  readonly paused?: boolean
}

interface SearchOptions extends CommonOptions {
  readonly limit: string
  readonly before?: string
}

/** How long a search reads, ms. */
const searchTime = 10_000

const which = 'a dispatch, or a queue id for all of that message'

/** `postern queue list|show|search|pause|resume|retry|drop` */
export function queueCommand(terminal: Terminal): Command {
  const change = (
    name: string,
    done: string,
    description: string,
    argument: string,
    run: (inside: Inside, filter: QueueFilter) => Promise<number>,
    said: (count: number) => string,
  ) =>
    filtered(command(name, description).argument('[id]', argument)).action(
      async (id: string | undefined, options: FilterOptions) => {
        const count = await withInside(options, async (inside) => {
          const filter = await chosen(inside, id, options)
          const changed = await run(inside, filter)
          if (changed === 0 && id !== undefined) throw await unchanged(inside, id)
          return changed
        })
        show(terminal, options, { [done]: count }, () => said(count))
      },
    )

  return group('queue', 'mail waiting to be sent', [
    filtered(command('list', 'show what waits, oldest first'))
      .option('--state <state>', 'queued, done, failed or dropped', 'queued')
      .option('--paused', 'only what is paused')
      .action(async (options: ListOptions) => {
        const dispatches = await withInside(options, async (inside) =>
          inside.delivery.list({
            ...(await filterOf(inside, options)),
            ...stateOf(options),
            ...(options.paused && { paused: true }),
          }),
        )
        show(terminal, options, dispatches, () => queueTable(dispatches))
      }),
    command('show', 'show what became of a dispatch: attempts, replies, how it went')
      .argument('<id>', which)
      .action(async (id: string, options: CommonOptions) => {
        const dispatches = await withInside(options, ({ delivery }) =>
          delivery.list({ id: id.toLowerCase() }),
        )
        if (dispatches.length === 0) throw unknown(id)
        show(terminal, options, dispatches, () => dispatches.map(timeline).join('\n\n'))
      }),
    command('search', 'find by queue id, Message-ID, address, or words of a reply, newest first')
      .argument('<text>', 'what to look for; letter case does not matter')
      .option('--limit <count>', 'at most so many', '50')
      .option('--before <time>', 'only what is older, such as 2026-11-21T08:00Z')
      .action(async (text: string, options: SearchOptions) => {
        const result = await withInside(options, ({ delivery }) =>
          delivery.search(text, {
            limit: limitOf(options),
            time: searchTime,
            before: options.before === undefined ? undefined : timeOf(options.before),
          }),
        )
        show(terminal, options, result, () => foundTable(result))
      }),
    change(
      'pause',
      'paused',
      'keep from being sent what waits now; what comes later goes',
      which,
      ({ delivery }, filter) => delivery.pause(filter),
      (count) => `${count} paused.`,
    ),
    change(
      'resume',
      'resumed',
      'let go what was paused',
      which,
      ({ delivery }, filter) => delivery.resume(filter),
      (count) => `${count} will be tried within half a minute.`,
    ),
    change(
      'retry',
      'retried',
      'try again now',
      'a dispatch, even one that was given up, or a queue id',
      ({ delivery }, filter) => delivery.retry(filter),
      (count) => `${count} will be tried again within half a minute.`,
    ),
    filtered(command('drop', 'give up, without telling the sender').argument('[id]', which))
      .option('--bounce', 'tell the sender, as though it had been refused')
      .action(async (id: string | undefined, options: FilterOptions & { bounce?: boolean }) => {
        const dropped = await withInside(options, async (inside) => {
          const { delivery, messages } = inside
          const filter = await chosen(inside, id, options)
          const rows = await delivery.drop(filter, options.bounce ? (of) => messages.read(of) : undefined)
          if (rows.length === 0 && id !== undefined) throw await unchanged(inside, id)
          // What nobody is to get any more is shredded now, not when the gateway next looks.
          for (const { message_id } of rows) if (message_id !== null) await messages.release(message_id)
          return rows.map((row) => row.id)
        })
        const how = options.bounce ? 'given up, and their senders told' : 'dropped'
        show(terminal, options, { dropped }, () => `${dropped.length} ${how}.`)
      }),
  ])
}

function filtered(base: Command): Command {
  return base
    .option('--destination <name>', 'going to this destination')
    .option('--from <who>', 'of this sender: an address or a domain')
    .option('--to <who>', 'to this recipient: an address or a domain')
    .option('--account <code>', 'of this account')
    .option('--all', 'everything that waits')
}

type Accounts = { people: { accountByCode(code: string): Promise<{ id: string } | undefined> } }

async function filterOf(
  { people }: Accounts,
  { destination, account: code, from, to }: FilterOptions,
): Promise<QueueFilter> {
  const account = code === undefined ? undefined : await people.accountByCode(code)
  if (code !== undefined && !account)
    throw new Problem('account-unknown', 404, `There is no account ${code}.`)
  return {
    ...(destination !== undefined && { destination }),
    ...(account && { accountId: account.id }),
    ...(from !== undefined && { sender: from }),
    ...(to !== undefined && { recipient: to }),
  }
}

/** What to change must be said: nobody drops the whole queue by a forgotten word. */
async function chosen(
  inside: Accounts,
  id: string | undefined,
  options: FilterOptions,
): Promise<QueueFilter> {
  const filter = {
    ...(await filterOf(inside, options)),
    ...(id !== undefined && { id: id.toLowerCase() }),
  }
  if (Object.keys(filter).length > 0 || options.all) return filter
  throw new Problem(
    'queue-unchosen',
    400,
    'Say which: an id, --from, --to, --destination, --account, or --all.',
  )
}

/** Why nothing could be done to what was named. */
async function unchanged({ delivery }: Inside, id: string): Promise<Problem> {
  const [first] = await delivery.list({ id: id.toLowerCase() })
  if (!first) return unknown(id)
  const why =
    first.state !== 'queued'
      ? `it is ${first.state}, and its message is not kept`
      : first.pausedAt !== null
        ? 'it is paused (postern queue resume)'
        : 'it is not paused'
  return new Problem('queue-unchanged', 409, `Nothing was done to ${id}: ${why}.`)
}

function unknown(id: string): Problem {
  return new Problem('dispatch-unknown', 404, `There is no dispatch or message ${id} in the queue’s memory.`)
}

function stateOf({ state }: ListOptions): QueueFilter {
  const states = ['queued', 'done', 'failed', 'dropped'] as const
  const known = states.find((one) => one === state)
  if (known) return { state: known }
  throw new Problem('state-unknown', 400, '--state is queued, done, failed or dropped.')
}

function limitOf({ limit }: SearchOptions): number {
  const most = Number(limit)
  if (Number.isInteger(most) && most >= 1 && most <= 1000) return most
  throw new Problem('limit-malformed', 400, '--limit takes a number from 1 to 1000.')
}

function timeOf(text: string): number {
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return at
  throw new Problem('time-malformed', 400, '--before takes a time, such as 2026-11-21T08:00Z.')
}
