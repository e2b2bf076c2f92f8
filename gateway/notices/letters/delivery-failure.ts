import { cleanLine, isolate } from '../clean.ts'
import type { Letter } from '../letter.ts'
import type { FailureFacts } from '../sources.ts'
import { type Setting, common } from './setting.ts'

/** One recipient and why. */
export interface Failure {
  readonly address: string
  /** What the remote server answered, or what went wrong before it could. */
  readonly reply: string
  /** Enhanced status code, RFC 3463. */
  readonly status: string
}

/** More recipients than these are in the machine's part of the report alone. */
const mostShown = 20

/** The part of a report that people read; see delivery-status.ts for the other. */
export function deliveryFailure(
  setting: Setting,
  failure: FailureFacts,
  failures: readonly Failure[],
): Letter {
  const { words } = setting
  const { labels, deliveryFailure: say } = words
  const lead = failure.held ? say.held(failures.length) : say.relayed(failures.length)
  return {
    ...common(setting, failure.sender),
    kind: say.kind,
    subject: say.subject(failures.length),
    title: say.title(failures.length),
    preview: lead,
    lead: [lead],
    facts: [
      ...failures.slice(0, mostShown).map(({ address, reply }) => ({
        label: labels.recipient,
        value: isolate(cleanLine(address, 320)),
        remark: isolate(cleanLine(reply)),
      })),
      { label: labels.sent, value: setting.moment(failure.receivedAt) },
      { label: labels.queueId, value: failure.messageId },
    ],
    advice: [say.next],
  }
}
