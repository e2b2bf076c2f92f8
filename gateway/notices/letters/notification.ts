import type { Letter } from '../letter.ts'
import type { CopyFacts } from '../sources.ts'
import { type Invited, invitation } from './invitation.ts'
import type { Setting } from './setting.ts'

/** "Somebody sent you a secure message." */
export function notification(setting: Setting, copy: CopyFacts, invited: Invited): Letter {
  const { notification: say } = setting.words
  return invitation(setting, copy, invited, {
    ...say,
    lead: [say.lead(setting.host)],
    advice: [say.firstTime],
  })
}
