/**
 * What happened: one row an event, written in the transaction of what it tells of, so neither is there without
 * the other. Relies on store. Never holds passwords, codes, tokens, links, or a word of a message.
 */
import { insert, type Trx } from '../store/index.ts'

/** Stands for the account where something happened to the gateway as a whole, such as a change of its keys. */
export const gatewayItself = ''

export interface Event {
  /** Stable, kebab-case: `accepted`, `notified`, `read`, `replied`, `expired`, `recalled`, `delivered`, ... */
  readonly type: string
  /** Id of the account, or `gatewayItself`. */
  readonly accountId: string
  readonly messageId?: string | undefined
  readonly copyId?: string | undefined
  readonly personId?: string | undefined
  /** Small facts: the remote's reply, a definition's name. */
  readonly detail?: Record<string, string | number | boolean | null>
}

/** Records events. @param at ms since 1970. */
export async function record(trx: Trx, at: number, ...events: Event[]): Promise<void> {
  for (const event of events) {
    await insert(trx, 'events', {
      at,
      account_id: event.accountId,
      message_id: event.messageId ?? null,
      copy_id: event.copyId ?? null,
      person_id: event.personId ?? null,
      type: event.type,
      detail_json: JSON.stringify(event.detail ?? {}),
    })
  }
}
