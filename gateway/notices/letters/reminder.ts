import type { Letter } from '../letter.ts'
import type { CopyFacts } from '../sources.ts'
import { type Invited, invitation } from './invitation.ts'
import type { Setting } from './setting.ts'
import { timeLeft } from './time-left.ts'

/**
 * "A secure message is waiting for you." Whoever has not read it may never have signed in, and a temporary password
 * may have ended meanwhile: it says how to get another.
 *
 * @param at now, ms.
 */
export function reminder(setting: Setting, copy: CopyFacts, invited: Invited, at: number): Letter {
  const { reminder: say } = setting.words
  return invitation(setting, copy, invited, {
    ...say,
    lead: [say.lead(setting.host)],
    left: copy.expiresAt === null ? undefined : timeLeft(setting, copy.expiresAt, at).left,
    advice: [say.signIn],
  })
}
