import { cleanLine, isolate, shownPerson } from '../clean.ts'
import type { Fact, Letter } from '../letter.ts'
import type { CopyFacts } from '../sources.ts'
import { type Setting, common, personFact } from './setting.ts'

/** What a letter that leads to a message is given besides the copy. */
export interface Invited {
  readonly link: string
  readonly subjectAllowed: boolean
}

/** What it says of its own. Names come marked. */
interface Saying {
  readonly kind: string
  subject(sender: string): string
  subjectWith(sender: string, subject: string): string
  title(sender: string): string
  readonly lead: readonly string[]
  /** Beside the moment at which the message expires. */
  readonly left?: string | undefined
  readonly advice: readonly string[]
}

/** A letter that leads to a message: from whom, when, until when, where; and how to know the portal is the real one. */
export function invitation(
  setting: Setting,
  copy: CopyFacts,
  { link, subjectAllowed }: Invited,
  say: Saying,
): Letter {
  const { words, host } = setting
  const { labels } = words
  const sender = shownPerson(copy.senderName, copy.senderAddress)
  const title = isolate(sender.title)
  const subject = subjectAllowed ? cleanLine(copy.subject) : ''
  const expires: Fact = {
    label: labels.expires,
    value: copy.expiresAt === null ? words.never : setting.moment(copy.expiresAt),
    remark: say.left,
  }
  return {
    ...common(setting, copy.recipientAddress),
    kind: say.kind,
    subject: subject === '' ? say.subject(title) : say.subjectWith(title, isolate(subject)),
    title: say.title(title),
    preview: `${expires.label}: ${expires.value}. ${say.lead.join(' ')}`,
    lead: say.lead,
    facts: [
      personFact(labels.from, sender, words),
      ...(subject === '' ? [] : [{ label: labels.subject, value: isolate(subject) }]),
      { label: labels.sent, value: setting.moment(copy.receivedAt) },
      expires,
      { label: labels.portal, value: host },
    ],
    action: { label: words.readMessage, url: link },
    advice: [words.checkHost(host), ...say.advice, ...(copy.permissions.reply ? [words.replyInPortal] : [])],
    bareLink: { label: words.orCopyLink, url: link },
    code: { label: words.linkCode, token: link.slice(link.lastIndexOf('/') + 1) },
    footer: [...common(setting, copy.recipientAddress).footer, words.neverAsk],
  }
}
