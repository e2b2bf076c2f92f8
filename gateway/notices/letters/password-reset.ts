import { isolate } from '../clean.ts'
import type { Letter } from '../letter.ts'
import { type Setting, common } from './setting.ts'

/** The link to choose a new password, once. */
export function passwordReset(
  setting: Setting,
  { address, link, expiresAt }: { address: string; link: string; expiresAt: number },
): Letter {
  const { words, host } = setting
  const { labels, passwordReset: say } = words
  const lead = say.lead(isolate(address), host)
  return {
    ...common(setting, address),
    kind: say.kind,
    subject: say.subject(host),
    title: say.title,
    preview: lead,
    lead: [lead],
    facts: [
      { label: labels.validUntil, value: setting.moment(expiresAt) },
      { label: labels.portal, value: host },
    ],
    action: { label: say.action, url: link },
    advice: [say.once, say.notYou],
    bareLink: { label: words.orCopyLink, url: link },
    footer: [...common(setting, address).footer, words.neverAsk],
  }
}
