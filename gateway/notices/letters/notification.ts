import { cleanLine, isolate, shownPerson } from '../clean.ts'
import type { Letter } from '../letter.ts'
import type { CopyFacts } from '../sources.ts'
import { type Setting, common, personFact } from './setting.ts'

/** "Somebody sent you a secure message": who, when, until when, where; and how to know the portal is the real one. */
export function notification(
  setting: Setting,
  copy: CopyFacts,
  { link, subjectAllowed }: { link: string; subjectAllowed: boolean },
): Letter {
  const { words, host } = setting
  const { labels, notification: say } = words
  const sender = shownPerson(copy.senderName, copy.senderAddress)
  const title = isolate(sender.title)
  const subject = subjectAllowed ? cleanLine(copy.subject) : ''
  const expires = copy.expiresAt === null ? words.never : setting.moment(copy.expiresAt)
  return {
    ...common(setting, copy.recipientAddress),
    kind: say.kind,
    subject: subject === '' ? say.subject(title) : say.subjectWith(title, isolate(subject)),
    title: say.title(title),
    preview: `${labels.expires}: ${expires}. ${say.lead(host)}`,
    lead: [say.lead(host)],
    facts: [
      personFact(labels.from, sender, words),
      ...(subject === '' ? [] : [{ label: labels.subject, value: isolate(subject) }]),
      { label: labels.sent, value: setting.moment(copy.receivedAt) },
      { label: labels.expires, value: expires },
      { label: labels.portal, value: host },
    ],
    action: { label: say.action, url: link },
    advice: [say.checkHost(host), say.firstTime, ...(copy.permissions.reply ? [say.reply] : [])],
    bareLink: { label: words.orCopyLink, url: link },
    code: { label: words.linkCode, token: link.slice(link.lastIndexOf('/') + 1) },
    footer: [...common(setting, copy.recipientAddress).footer, words.neverAsk],
  }
}
