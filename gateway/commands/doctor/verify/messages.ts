import { giveUpMessage, sealedParts } from '../../../messages/index.ts'
import type { Row } from '../../../store/index.ts'
import type { MessageKey } from '../../../vault/index.ts'
import { batch, inBatches } from './batches.ts'
import { type Gone, type Issue, sentence } from './issue.ts'
import { Unreadable, brokenBody } from './sealed-body.ts'
import type { Look, Verification } from './verification.ts'

type MessageRow = Pick<
  Row<'messages'>,
  | 'id'
  | 'account_id'
  | 'from_address'
  | 'envelope_from'
  | 'received_at'
  | 'wrapped_key'
  | 'subject_sealed'
  | 'body_id'
  | 'size'
  | 'shredded_at'
>

/** Messages that are not shredded: key, subject, kept view, and every chunk of the body. */
export const lookAtMessages: Look = async function* (verification) {
  const { inside, named, progress } = verification
  const messages = inBatches(
    (after) =>
      inside.store.db
        .selectFrom('messages')
        .select([
          'id',
          'account_id',
          'from_address',
          'envelope_from',
          'received_at',
          'wrapped_key',
          'subject_sealed',
          'body_id',
          'size',
          'shredded_at',
        ])
        .where('id', '>', after)
        .orderBy('id')
        .limit(batch)
        .execute(),
    (count) => progress('messages', count),
  )
  for await (const row of messages) {
    if (row.body_id !== null) named.add(row.body_id)
    if (row.shredded_at === null) yield* lookAt(verification, row)
  }
}

async function* lookAt(verification: Verification, row: MessageRow): AsyncGenerator<Issue> {
  const { inside, quick } = verification
  const account = verification.accounts.get(row.account_id)
  // That the account's key does not open was told already.
  if (!account) return
  let key: MessageKey
  try {
    if (!row.wrapped_key) throw new Error('it is not there')
    key = account.key.message(row.id, row.wrapped_key)
  } catch (error) {
    yield* lost(verification, row, 'key', sentence(error))
    return
  }
  try {
    const broken = await brokenBody(inside.store.bodies, row.body_id, {
      key,
      part: sealedParts.mime,
      size: row.size,
      quick,
    })
    if (broken !== undefined) {
      yield* lost(verification, row, 'body', broken)
      return
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    yield {
      kind: 'message-unreadable',
      detail: `Message ${row.id} can't be read at this moment: ${error.message}. Look after the disk, then look again.`,
    }
    return
  }
  try {
    key.unseal(sealedParts.subject, row.subject_sealed)
  } catch (error) {
    yield {
      kind: 'message-subject',
      detail: `The subject of message ${row.id} can't be opened (${sentence(error)}). It is shown without one.`,
      gone: await gone(verification, row, 'subject'),
    }
  }
  if (!quick) yield* lookAtView(verification, row, key)
}

/** What is kept of taking a message apart can be made again. */
async function* lookAtView(
  { inside: { store } }: Verification,
  { id }: MessageRow,
  key: MessageKey,
): AsyncGenerator<Issue> {
  const kept = await store.db
    .selectFrom('messages')
    .select('view_sealed')
    .where('id', '=', id)
    .executeTakeFirst()
  if (!kept?.view_sealed) return
  try {
    key.unseal(sealedParts.view, kept.view_sealed)
  } catch (error) {
    yield {
      kind: 'message-view',
      detail: `The parsed form of message ${id} can't be opened (${sentence(error)}). The message itself can.`,
      repair: {
        done: `Removed the parsed form of message ${id}; it is made again when it is next read.`,
        run: () =>
          store.write(async (trx) => {
            await trx.updateTable('messages').set({ view_sealed: null }).where('id', '=', id).execute()
          }),
      },
    }
  }
}

async function* lost(
  verification: Verification,
  row: MessageRow,
  part: string,
  why: string,
): AsyncGenerator<Issue> {
  const { inside, now } = verification
  const { store, delivery } = inside
  // Beside a running gateway it may have been shredded while it was looked at.
  const again = await store.db
    .selectFrom('messages')
    .select('body_id')
    .where('id', '=', row.id)
    .where('shredded_at', 'is', null)
    .executeTakeFirst()
  if (!again || again.body_id !== row.body_id) return
  yield {
    kind: `message-${part}`,
    detail: `Message ${row.id} can't be opened: ${why}.`,
    gone: await gone(verification, row, part),
    repair: {
      gives: 'message',
      done: `Gave up message ${row.id}: its readers are shown that it is lost, and its sender is told where it was still to be delivered.`,
      async run() {
        const queued = await store.db
          .selectFrom('dispatches')
          .select('id')
          .where('message_id', '=', row.id)
          .where('kind', '=', 'message')
          .where('state', '=', 'queued')
          .execute()
        for (const { id } of queued) await delivery.drop({ id }, unreadable, damaged)
        await giveUpMessage(store, row.id, now)
      },
    },
  }
}

/** RFC 3463: X.3.0, other or undefined mail system status. */
const damaged = {
  reply: 'The gateway can not send the message: what it stored of it is damaged.',
  status: '5.3.0',
}

/** Nothing can be read of it, not even whether a program wrote it. */
function unreadable(): AsyncIterable<Uint8Array> {
  throw new Error('its bytes are damaged')
}

/** Whom it concerns: those who have a copy, and those it was still to go to. */
async function gone(
  { inside: { store }, accounts }: Verification,
  row: MessageRow,
  part: string,
): Promise<Gone> {
  const copies = await store.db
    .selectFrom('copies')
    .select('address')
    .where('message_id', '=', row.id)
    .execute()
  const dispatches = await store.db
    .selectFrom('dispatches')
    .select('recipients_json')
    .where('message_id', '=', row.id)
    .where('kind', '=', 'message')
    .execute()
  const relayed = dispatches.flatMap(({ recipients_json }) => addressesIn(recipients_json))
  return {
    what: 'message',
    id: row.id,
    account: accounts.get(row.account_id)?.code ?? row.account_id,
    from: row.from_address || row.envelope_from,
    to: [...new Set([...copies.map(({ address }) => address), ...relayed])],
    at: row.received_at,
    part,
  }
}

function addressesIn(recipientsJson: string): string[] {
  const recipients: unknown = JSON.parse(recipientsJson)
  if (!Array.isArray(recipients)) return []
  return recipients.flatMap((one: unknown) =>
    typeof one === 'object' && one !== null && 'address' in one && typeof one.address === 'string'
      ? [one.address]
      : [],
  )
}
