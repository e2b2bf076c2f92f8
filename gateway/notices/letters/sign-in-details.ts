import { isolate } from '../clean.ts'
import type { Letter } from '../letter.ts'
import { type Setting, common } from './setting.ts'

/** Address and temporary password. Never with a link to a message: one mail alone must not be enough to read it. */
export function signInDetails(
  setting: Setting,
  { address, password, expiresAt }: { address: string; password: string; expiresAt: number },
): Letter {
  const { words, host, organisation } = setting
  const { labels, signInDetails: say } = words
  return {
    ...common(setting, address),
    kind: say.kind,
    subject: say.subject(host),
    title: say.title(host),
    preview: say.lead(organisation),
    lead: [say.lead(organisation)],
    facts: [
      { label: labels.address, value: isolate(address) },
      { label: labels.temporaryPassword, value: password, secret: true },
      { label: labels.validUntil, value: setting.moment(expiresAt) },
      { label: labels.portal, value: host },
    ],
    action: { label: say.action, url: new URL('/portal', setting.origin).href },
    advice: [say.once, say.ended, say.notExpected],
    footer: [...common(setting, address).footer, words.neverAsk],
  }
}
