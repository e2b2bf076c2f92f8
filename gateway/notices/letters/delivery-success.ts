import type { Letter } from '../letter.ts'
import type { Reported } from '../notice.ts'
import type { ReportedMessage } from '../sources.ts'
import { deliveryReport } from './delivery-report.ts'
import type { Setting } from './setting.ts'

/** The next server took it, and says no more; of a held message: it waits in the portal, and its reader knows. */
export function deliverySuccess(
  setting: Setting,
  message: ReportedMessage,
  recipients: readonly Reported[],
): Letter {
  const { deliverySuccess: say } = setting.words
  const count = recipients.length
  return deliveryReport(setting, message, recipients, {
    kind: message.held ? say.kindHeld : say.kind,
    subject: message.held ? say.subjectHeld(count) : say.subject(count),
    title: message.held ? say.titleHeld(count) : say.title(count),
    lead: message.held ? say.held(count) : say.relayed(count),
    advice: [],
    replies: false,
  })
}
