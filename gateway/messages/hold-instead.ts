import { record } from '../audit/index.ts'
import type { DispatchRecipient } from '../delivery/index.ts'
import { parseAddress } from '../people/index.ts'
import { type Row, type Trx, insert } from '../store/index.ts'
import { namesIn } from './accept.ts'
import { OrHeld, later } from './held-options.ts'
import { beginThread, newCopies } from './new-copies.ts'
import { accountOf } from './owned.ts'
import type { MessageParts } from './parts.ts'
import { headerRecipients } from './summary.ts'

/**
 * Holds a message that was to go over verified TLS or not at all, for recipients whose server offers none: in the
 * transaction that ends the attempt, so a message is neither lost between the two nor sent and held. What a copy
 * allows was decided when the message came in; its life begins now, for nobody could read it before.
 * @param reason what was missing, in words, for the record.
 */
export async function holdInstead(
  parts: MessageParts,
  trx: Trx,
  dispatch: Row<'dispatches'>,
  recipients: readonly DispatchRecipient[],
  reason: string,
): Promise<void> {
  if (dispatch.held_json === null || dispatch.message_id === null)
    throw new Error(`dispatch ${dispatch.id} does not say how its message is held`)
  const { options, definition } = OrHeld.parse(JSON.parse(dispatch.held_json))
  const at = parts.now()
  const account = await accountOf(parts, dispatch.account_id)
  const message = await trx
    .selectFrom('messages')
    .select([
      'id',
      'origin',
      'received_at',
      'expires_at',
      'options_json',
      'rfc_message_id',
      'trace_id',
      'header_recipients_json',
    ])
    .where('id', '=', dispatch.message_id)
    .executeTakeFirstOrThrow()
  const others = await trx
    .selectFrom('copies')
    .select('id')
    .where('message_id', '=', message.id)
    .executeTakeFirst()

  const names = namesIn(headerRecipients(message))
  const held = await newCopies(
    parts,
    trx,
    {
      id: message.id,
      account,
      receivedAt: message.received_at,
      traceId: message.trace_id ?? message.id,
      commonOptions: message.options_json,
    },
    recipients.map(({ address: asSent, notify, orcpt }) => {
      // Relayed mail keeps the letter case of its recipients, held mail belongs to people.
      const address = parseAddress(asSent)?.address ?? asSent
      return {
        address,
        name: names.get(address) ?? '',
        options,
        definition,
        until: null,
        notify,
        orcpt,
      }
    }),
    at,
    {
      type: 'held-instead',
      detail: { reason, destination: dispatch.destination, dispatch: dispatch.id },
    },
  )

  for (const row of held.rows) await insert(trx, 'copies', row)
  // Null says `never` where there is a copy, and nothing where there is none yet.
  const known = others !== undefined || message.origin === 'portal'
  const ends = held.rows.map(({ expires_at = null }) => expires_at)
  const [first = null, ...more] = known ? [message.expires_at, ...ends] : ends
  await trx
    .updateTable('messages')
    .set({ expires_at: more.reduce(later, first) })
    .where('id', '=', message.id)
    .execute()
  if (!others)
    await beginThread(trx, {
      accountId: account.id,
      rfcMessageId: message.rfc_message_id,
      messageId: message.id,
      at,
    })
  await parts.delivery.enqueue(trx, ...held.dispatches)
  await record(trx, at, ...held.events)
}
