import type { Command } from 'commander'
import type { Inside } from '../inside.ts'
import { Problem } from '../problem.ts'
import type { Store } from '../store/index.ts'
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
  readonly from?: string
  readonly to?: string
  readonly limit: string
}

interface RecallOptions extends CommonOptions {
  readonly to?: string
  readonly reason: string
}

/** `postern message list|recall`. Subjects are sealed, and stay so here. */
export function messageCommand(terminal: Terminal): Command {
  return group('message', 'held messages', [
    command('list', 'show held messages, newest first, one line a recipient')
      .option('--from <address>', 'sent by')
      .option('--to <address>', 'sent to')
      .option('--limit <count>', 'at most so many', '100')
      .action(async (options: ListOptions) => {
        const copies = await withInside(options, ({ store }) => list(store, options))
        show(terminal, options, copies, () =>
          table(
            ['message', 'from', 'to', 'state', 'received', 'read', 'expires'],
            copies.map((one) => [
              one.messageId,
              one.from,
              one.to,
              one.state,
              time(one.receivedAt),
              time(one.firstReadAt),
              time(one.expiresAt),
            ]),
            'Nothing is held.',
          ),
        )
      }),
    command('recall', 'take a message back, from all recipients or one')
      .argument('<message>', 'id of the message, as “list” and the 250 reply have it')
      .option('--to <address>', 'from this recipient alone')
      .option('--reason <text>', 'what the recipient is told', '')
      .action(async (id: string, options: RecallOptions) => {
        const recalled = await withInside(options, (inside) => recall(inside, id, options))
        show(terminal, options, { recalled }, () => `Taken back from ${recalled.join(', ')}.`)
      }),
  ])
}

function copiesOf(store: Store) {
  return store.db
    .selectFrom('copies')
    .innerJoin('messages', 'messages.id', 'copies.message_id')
    .select([
      'copies.id as copyId',
      'messages.id as messageId',
      'messages.from_address as from',
      'copies.address as to',
      'copies.state as state',
      'copies.received_at as receivedAt',
      'copies.first_read_at as firstReadAt',
      'copies.expires_at as expiresAt',
    ])
}

async function list(store: Store, { from, to, limit }: ListOptions) {
  const most = Number(limit)
  if (!Number.isInteger(most) || most < 1)
    throw new Problem('limit-malformed', 400, '--limit takes a number from 1.')
  let query = copiesOf(store).orderBy('copies.received_at', 'desc').limit(most)
  if (from !== undefined) query = query.where('messages.from_address', '=', from.toLowerCase())
  if (to !== undefined) query = query.where('copies.address', '=', to.toLowerCase())
  return query.execute()
}

async function recall(
  { store, messages }: Inside,
  id: string,
  { to, reason }: RecallOptions,
): Promise<string[]> {
  const copies = (await copiesOf(store).where('messages.id', '=', id.toLowerCase()).execute()).filter(
    (copy) => copy.state === 'held' && (to === undefined || copy.to === to.toLowerCase()),
  )
  if (copies.length === 0) {
    throw new Problem(
      'message-unknown',
      404,
      `No message ${id} is held${to === undefined ? '' : ` for ${to}`}.`,
    )
  }
  for (const copy of copies) await messages.recall(copy.copyId, reason)
  return copies.map((copy) => copy.to)
}
