import type { Letter } from '../letter.ts'
import type { CopyFacts } from '../sources.ts'
import { type Invited, invitation } from './invitation.ts'
import type { Setting } from './setting.ts'
import { timeLeft } from './time-left.ts'

/**
 * "A secure message expires in 3 days", with what is lost then.
 *
 * @param at now, ms: what is left is counted from when the warning leaves, not from when it was queued.
 */
export function expiryWarning(
  setting: Setting,
  copy: CopyFacts & { expiresAt: number },
  invited: Invited,
  at: number,
): Letter {
  const { expiryWarning: say, reminder } = setting.words
  const { within, left } = timeLeft(setting, copy.expiresAt, at)
  return invitation(setting, copy, invited, {
    kind: say.kind,
    subject: (sender) => say.subject(sender, within),
    subjectWith: (sender, subject) => say.subjectWith(sender, subject, within),
    title: (sender) => say.title(sender, within),
    lead: [say.lead(setting.host), ...(copy.answerBegun ? [say.begun] : [])],
    left,
    advice: copy.readAt === null ? [reminder.signIn] : [],
  })
}
