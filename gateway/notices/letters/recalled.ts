import { cleanLine, isolate, shownPerson } from '../clean.ts'
import type { Letter } from '../letter.ts'
import type { CopyFacts } from '../sources.ts'
import { type Setting, common, personFact } from './setting.ts'

/** To a recipient: a message they were told of is not there any more. */
export function recalled(
  setting: Setting,
  copy: CopyFacts,
  { subjectAllowed }: { subjectAllowed: boolean },
): Letter {
  const { words, host } = setting
  const { labels, recalled: say } = words
  const sender = shownPerson(copy.senderName, copy.senderAddress)
  const subject = subjectAllowed ? cleanLine(copy.subject) : ''
  const reason = cleanLine(copy.recallReason ?? '')
  return {
    ...common(setting, copy.recipientAddress),
    kind: say.kind,
    subject: say.subject(isolate(sender.title)),
    title: say.title(isolate(sender.title)),
    preview: say.lead,
    lead: [say.lead],
    facts: [
      personFact(labels.from, sender, words),
      ...(subject === '' ? [] : [{ label: labels.subject, value: isolate(subject) }]),
      { label: labels.sent, value: setting.moment(copy.receivedAt) },
      ...(reason === '' ? [] : [{ label: labels.reason, value: isolate(reason) }]),
      { label: labels.portal, value: host },
    ],
    advice: [],
  }
}
