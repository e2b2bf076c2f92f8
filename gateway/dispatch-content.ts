import { type DispatchContent, processedHere } from './delivery/index.ts'
import type { Messages } from './messages/index.ts'
import { Notice, type Notices } from './notices/index.ts'
import type { Row } from './store/index.ts'

/** What a dispatch sends: the stored message, or the notice as it is composed now. */
export function contentOf({ messages, notices }: { messages: Messages; notices: Notices }) {
  return async (dispatch: Row<'dispatches'>): Promise<DispatchContent | 'gone'> => {
    if (dispatch.kind === 'message') {
      return dispatch.message_id === null
        ? 'gone'
        : ((await messages.outgoing(dispatch.message_id)) ?? 'gone')
    }
    if (dispatch.notice_json === null) throw new Error(`dispatch ${dispatch.id} names no notice`)
    const notice = await notices.compose(Notice.parse(JSON.parse(dispatch.notice_json)), dispatch)
    if (notice === 'gone') return 'gone'
    const { message, envelopeFrom, subject, fromAddress, messageId } = notice
    return {
      envelopeFrom,
      size: message.length,
      processed: processedHere(messageId),
      subject,
      fromAddress,
      async *read() {
        yield message
      },
    }
  }
}
