import { z } from 'zod'
import type { Row } from '../../store/index.ts'
import { noticeTypeOf, recipientsOf } from './row.ts'

/** A line of what is remembered of a dispatch. */
export interface Found {
  /** When it ended, or was queued; ms. */
  readonly at: number
  /** Id of the dispatch. */
  readonly id: string
  /** Queue id and Message-ID of the message that it carried or told of. */
  readonly messageId: string | null
  readonly rfcMessageId: string
  /** `message`, or the type of the notice. */
  readonly what: string
  readonly from: string
  readonly to: readonly string[]
  readonly state: string
  /** The last of the remote. */
  readonly reply: string
}

export function ofDispatch(row: Row<'dispatches'> & { rfc_message_id: string | null }): Found {
  const recipients = recipientsOf(row)
  return {
    at: row.finished_at ?? row.created_at,
    id: row.id,
    messageId: row.message_id,
    rfcMessageId: row.rfc_message_id ?? '',
    what: noticeTypeOf(row) ?? row.kind,
    from: row.envelope_from,
    to: recipients.map(({ address }) => address),
    state: row.paused_at !== null && row.state === 'queued' ? 'paused' : row.state,
    reply: recipients.find(({ reply }) => reply !== '')?.reply ?? '',
  }
}

/** What the events that end a dispatch tell of it. */
const EndDetail = z.object({
  dispatch: z.string().default(''),
  notice: z.string().default('message'),
  address: z.string().default(''),
  reply: z.string().default(''),
})

export function ofEvent(row: {
  at: number
  type: string
  message_id: string | null
  detail_json: string
  rfc_message_id: string | null
  envelope_from: string | null
}): Found {
  const detail = EndDetail.parse(JSON.parse(row.detail_json))
  return {
    at: row.at,
    id: detail.dispatch,
    messageId: row.message_id,
    rfcMessageId: row.rfc_message_id ?? '',
    what: detail.notice,
    from: row.envelope_from ?? '',
    to: [detail.address],
    state: row.type,
    reply: detail.reply,
  }
}
