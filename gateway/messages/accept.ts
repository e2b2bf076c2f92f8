import type { Mailbox } from '../../shared/contract/index.ts'
import { parseAddress } from '../people/index.ts'
import type { Envelope, NewRecipient } from '../delivery/index.ts'
import type { RecipientDecision } from '../policy/index.ts'
import { subjectPart } from './body.ts'
import { resolveOptions } from './held-options.ts'
import type { Incoming, SealedMessage } from './incoming.ts'
import type { HeldRecipient } from './new-copies.ts'
import type { NewMessage, RelayedRecipient } from './store-message.ts'

/** What the header and envelope of a message say. */
export interface MessageFacts {
  /** Letter case as it came, the domain as A-labels; '' for the null sender. */
  readonly envelopeFrom: string
  readonly from: Mailbox
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  /** Decoded. */
  readonly subject: string
  /** With angle brackets, '' where there is none. */
  readonly rfcMessageId: string
  readonly inReplyTo: readonly string[]
  readonly references: readonly string[]
  /** A guess from the header; put right when the message is first opened. */
  readonly hasAttachments: boolean
  /** ms. */
  readonly receivedAt: number
  readonly envelope: Envelope
  /** Parameters of RCPT, by address as decided. */
  readonly reports: ReadonlyMap<string, Pick<NewRecipient, 'notify' | 'orcpt'>>
}

/** A message that is ready to be stored. Nothing but data: it may go to another thread. */
export interface PreparedMessage {
  readonly sealed: SealedMessage
  readonly message: NewMessage
}

/**
 * Makes a message ready to be stored as policy decided: what is to be held is held, what is to be relayed is queued.
 * Its body is durable then, but belongs to nobody until it is stored.
 */
export async function prepareMessage(
  incoming: Incoming,
  facts: MessageFacts,
  decisions: readonly RecipientDecision[],
): Promise<PreparedMessage> {
  const held = new Map<string, HeldRecipient>()
  const relayed = new Map<string, RelayedRecipient>()
  let language: string | undefined
  let known: Map<string, string> | undefined
  const names = () => (known ??= namesIn(facts))
  for (const decision of decisions) {
    const { address, outcome, options, definition } = decision
    if (outcome !== 'relay') language ??= options.language
    if (outcome === 'relay' || outcome === 'require-tls') {
      const orHeld =
        outcome === 'relay' ? null : { options: resolveOptions(incoming.account, decision), definition }
      relayed.set(address, { address, ...facts.reports.get(address), orHeld })
    } else if (outcome === 'hold') {
      held.set(address, {
        address,
        ...facts.reports.get(address),
        name: names().get(address) ?? '',
        options: resolveOptions(incoming.account, decision),
        definition,
        until: null,
      })
    }
  }
  if (held.size + relayed.size === 0) throw new Error("a message for nobody can't be accepted")

  return {
    sealed: await incoming.finish(),
    message: {
      origin: 'mail',
      authorId: null,
      envelopeFrom: facts.envelopeFrom,
      from: facts.from,
      to: facts.to,
      cc: facts.cc,
      subjectSealed: incoming.seal(subjectPart, facts.subject),
      rfcMessageId: facts.rfcMessageId,
      hasAttachments: facts.hasAttachments,
      receivedAt: facts.receivedAt,
      language: language ?? null,
      held: [...held.values()],
      relayed: [...relayed.values()],
      keptUntil: null,
      secure: held.size > 0,
      envelope: facts.envelope,
      traceId: null,
    },
  }
}

/** Names that the header gives to addresses. */
export function namesIn({ to, cc }: Pick<MessageFacts, 'to' | 'cc'>): Map<string, string> {
  const names = new Map<string, string>()
  for (const { address, name } of [...to, ...cc]) {
    const parsed = name === '' ? undefined : parseAddress(address)
    if (parsed) names.set(parsed.address, name)
  }
  return names
}
