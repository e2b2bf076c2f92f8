import { cleanLine, isolate, shownPerson } from '../clean.ts'
import type { Letter } from '../letter.ts'
import type { CopyFacts } from '../sources.ts'
import { type Setting, common, personFact } from './setting.ts'

/** To the sender: who has read it, and when. */
export function readReceipt(
  setting: Setting,
  copy: CopyFacts,
  { at, subjectAllowed }: { at: number; subjectAllowed: boolean },
): Letter {
  const { words } = setting
  const { labels, readReceipt: say } = words
  const recipient = shownPerson(copy.recipientName, copy.recipientAddress)
  const subject = subjectAllowed ? cleanLine(copy.subject) : ''
  return {
    ...common(setting, copy.senderAddress),
    kind: say.kind,
    subject: say.subject(isolate(recipient.title)),
    title: say.title(isolate(recipient.title)),
    preview: say.lead,
    lead: [say.lead],
    facts: [
      personFact(labels.readBy, recipient, words),
      { label: labels.readAt, value: setting.moment(at) },
      ...(subject === '' ? [] : [{ label: labels.subject, value: isolate(subject) }]),
      { label: labels.sent, value: setting.moment(copy.receivedAt) },
    ],
    advice: [],
  }
}
