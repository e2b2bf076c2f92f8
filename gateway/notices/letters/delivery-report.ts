import { cleanLine, isolate } from '../clean.ts'
import type { Letter } from '../letter.ts'
import type { Reported } from '../notice.ts'
import type { ReportedMessage } from '../sources.ts'
import { type Setting, common } from './setting.ts'

/** More recipients than these are in the machine's part of the report alone. */
const mostShown = 20

/** What one kind of report says. */
export interface ReportWords {
  readonly kind: string
  readonly subject: string
  readonly title: string
  readonly lead: string
  readonly advice: readonly string[]
  /** The remote's answer of each recipient is part of what people read. */
  readonly replies: boolean
}

/** The part of a report that people read; see delivery-status.ts for the other. */
export function deliveryReport(
  setting: Setting,
  message: ReportedMessage,
  recipients: readonly Reported[],
  { kind, subject, title, lead, advice, replies }: ReportWords,
): Letter {
  const { labels } = setting.words
  return {
    ...common(setting, message.sender),
    kind,
    subject,
    title,
    preview: lead,
    lead: [lead],
    facts: [
      ...recipients.slice(0, mostShown).map(({ address, reply }) => ({
        label: labels.recipient,
        value: isolate(cleanLine(address, 320)),
        ...(replies && { remark: isolate(cleanLine(reply)) }),
      })),
      { label: labels.sent, value: setting.moment(message.receivedAt) },
      { label: labels.queueId, value: message.messageId },
    ],
    advice,
  }
}
