import type { Letter } from '../letter.ts'
import type { Reported } from '../notice.ts'
import type { ReportedMessage } from '../sources.ts'
import { deliveryReport } from './delivery-report.ts'
import type { Setting } from './setting.ts'

/** It was refused for good, or nobody took it for days. */
export function deliveryFailure(
  setting: Setting,
  message: ReportedMessage,
  failures: readonly Reported[],
): Letter {
  const { deliveryFailure: say } = setting.words
  const count = failures.length
  return deliveryReport(setting, message, failures, {
    kind: say.kind,
    subject: say.subject(count),
    title: say.title(count),
    lead: message.held ? say.held(count) : say.relayed(count),
    advice: [say.next],
    replies: true,
  })
}
