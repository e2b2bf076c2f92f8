import { type Trx, insert, newId } from '../../store/index.ts'
import type { DispatchRecipient, NewDispatch, NewRecipient } from '../dispatch.ts'

/** RFC 5321 section 4.5.3.1.8: every server takes at least 100 recipients in one transaction. */
const mostRecipients = 100

/** Inserts dispatches, one for each destination (and each hundred recipients) of each. */
export async function insertDispatches(
  trx: Trx,
  destinationOf: (address: string) => string,
  now: number,
  dispatches: readonly NewDispatch[],
): Promise<void> {
  for (const dispatch of dispatches) {
    for (const [destination, recipients] of grouped(recipientsOf(dispatch), destinationOf)) {
      await insert(trx, 'dispatches', {
        id: newId(),
        account_id: dispatch.accountId,
        kind: dispatch.kind,
        message_id: dispatch.messageId ?? null,
        copy_id: dispatch.kind === 'notice' ? (dispatch.copyId ?? null) : null,
        notice_json: dispatch.kind === 'notice' ? JSON.stringify(dispatch.notice) : null,
        envelope_from: dispatch.envelopeFrom,
        recipients_json: JSON.stringify(
          recipients.map((one): DispatchRecipient => ({ ...one, state: 'queued', reply: '' })),
        ),
        destination,
        state: 'queued',
        attempts: 0,
        next_try_at: now,
        lease_until: null,
        lease_owner: null,
        created_at: now,
        finished_at: null,
        tls: dispatch.kind === 'message' ? (dispatch.tls ?? 'may') : 'may',
        held_json: dispatch.kind === 'message' ? (dispatch.heldJson ?? null) : null,
        trace_id: dispatch.traceId ?? null,
        paused_at: null,
        delay_told_at: null,
        give_up_at: null,
        history_json: null,
      })
    }
  }
}

function recipientsOf(dispatch: NewDispatch): readonly NewRecipient[] {
  if (dispatch.kind === 'message') return dispatch.recipients
  const { recipient: address, notify, orcpt } = dispatch
  return [{ address, notify, orcpt }]
}

function grouped(
  recipients: readonly NewRecipient[],
  destinationOf: (address: string) => string,
): [destination: string, recipients: NewRecipient[]][] {
  const groups: [string, NewRecipient[]][] = []
  for (const recipient of new Map(recipients.map((one) => [one.address, one])).values()) {
    const destination = destinationOf(recipient.address)
    const open = groups.find(([name, group]) => name === destination && group.length < mostRecipients)
    if (open) open[1].push(recipient)
    else groups.push([destination, [recipient]])
  }
  return groups
}
