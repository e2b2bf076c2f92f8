import type { Letter } from '../letter.ts'
import type { Reported } from '../notice.ts'
import type { ReportedMessage } from '../sources.ts'
import { deliveryReport } from './delivery-report.ts'
import type { Setting } from './setting.ts'

/** It is late, and still tried. @param until when it is given up, ms. */
export function deliveryDelay(
  setting: Setting,
  message: ReportedMessage,
  late: readonly Reported[],
  until: number,
): Letter {
  const { deliveryDelay: say } = setting.words
  const count = late.length
  return deliveryReport(setting, message, late, {
    kind: say.kind,
    subject: say.subject(count),
    title: say.title(count),
    lead: message.held ? say.held(count) : say.relayed(count),
    advice: [say.until(setting.moment(until))],
    replies: true,
  })
}
