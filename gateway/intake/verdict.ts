import type { MessageFacts } from '../messages/index.ts'
import { type Account, parseAddress } from '../people/index.ts'
import type { Policy, RecipientDecision } from '../policy/index.ts'
import type { HeaderBlock } from './header-block.ts'
import { refused } from './smtp-error.ts'

export interface Judged {
  readonly account: Account
  readonly header: HeaderBlock
  readonly facts: MessageFacts
  /** Bytes. */
  readonly size: number
  /** As they came, by normalised address. */
  readonly recipients: ReadonlyMap<string, string>
}

export interface VerdictParts {
  readonly policy: Pick<Policy, 'decide' | 'withoutMark'>
  readonly messages: { isSecureThread(accountId: string, rfcMessageIds: string[]): Promise<boolean> }
}

export interface Verdict {
  readonly decisions: RecipientDecision[]
  /** The subject as whoever it is held for reads it, now or where verified TLS can't be had. */
  readonly subject: string
  /** Recipients for whom it is held. */
  readonly held: number
}

/**
 * What becomes of a message, or SmtpError where a definition refuses it or where it is to be held and can't be: then
 * it is never sent on instead. Throws as well where it can't be decided.
 */
export async function verdictOn(
  { policy, messages }: VerdictParts,
  { account, header, facts, size, recipients }: Judged,
): Promise<Verdict> {
  const ids = [...facts.inReplyTo, ...facts.references]
  const secureThread = ids.length > 0 && (await messages.isSecureThread(account.id, ids))
  const sender = parseAddress(facts.envelopeFrom)?.address ?? ''
  const message = { sender, headers: header, subject: facts.subject, size }
  const decided = await policy.decide(account, message, [...recipients.keys()], { secureThread })

  // DATA has one answer for all recipients, so a message that a definition refuses for one is refused for all: the
  // sender sees it at once and can leave that recipient out.
  const refusal = decided.find(({ outcome }) => outcome === 'refuse')
  if (refusal) throw refused('5.7.1', refusal.refusal ?? 'This message is not allowed')
  const secured = decided.some(({ outcome }) => outcome === 'hold' || outcome === 'require-tls')
  if (secured && !parseAddress(facts.from.address)) {
    throw refused(
      '5.7.1',
      'This message is to be kept secure, but it has neither a sender nor a From address',
    )
  }

  const held = decided.filter(({ outcome }) => outcome === 'hold').length
  return {
    held,
    subject: secured ? await policy.withoutMark(account.id, facts.subject) : facts.subject,
    // Relayed mail keeps the letter case of its recipients: a few mailboxes depend on it.
    decisions: decided.map((decision) =>
      decision.outcome === 'hold'
        ? decision
        : { ...decision, address: recipients.get(decision.address) ?? decision.address },
    ),
  }
}
