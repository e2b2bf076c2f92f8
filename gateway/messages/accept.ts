import type { Mailbox } from '../../shared/contract/index.ts'
import { parseAddress } from '../people/index.ts'
import type { RecipientDecision } from '../policy/index.ts'
import { resolveOptions } from './held-options.ts'
import type { Incoming } from './incoming.ts'
import type { MessageParts } from './parts.ts'
import { type HeldRecipient, storeMessage } from './store-message.ts'

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
}

/**
 * Accepts a message as policy decided: what is to be held is held, what is to be relayed is queued, in one
 * transaction. Resolves when all of it is durable; throws with nothing kept.
 */
export async function acceptMessage(
  parts: MessageParts,
  incoming: Incoming,
  facts: MessageFacts,
  decisions: readonly RecipientDecision[],
): Promise<{ id: string }> {
  const held = new Map<string, HeldRecipient>()
  const relayed = new Set<string>()
  let language: string | undefined
  let known: Map<string, string> | undefined
  const names = () => (known ??= namesIn(facts))
  for (const decision of decisions) {
    const { address, outcome, options, definition } = decision
    if (outcome === 'relay') relayed.add(address)
    // TLS to the destination can't be promised yet, so what requires it is held: never sent without.
    else if (outcome === 'hold' || outcome === 'require-tls') {
      held.set(address, {
        address,
        name: names().get(address) ?? '',
        options: resolveOptions(incoming.account, decision),
        definition,
        until: null,
      })
      language ??= options.language
    }
  }
  if (held.size + relayed.size === 0) throw new Error("a message for nobody can't be accepted")

  const sealed = await incoming.finish()
  await parts.store.write((trx) =>
    storeMessage(parts, trx, sealed, {
      origin: 'mail',
      authorId: null,
      envelopeFrom: facts.envelopeFrom,
      from: facts.from,
      to: facts.to,
      cc: facts.cc,
      subject: facts.subject,
      rfcMessageId: facts.rfcMessageId,
      hasAttachments: facts.hasAttachments,
      receivedAt: facts.receivedAt,
      language: language ?? null,
      held: [...held.values()],
      relayed: [...relayed],
      keptUntil: null,
      secure: held.size > 0,
    }),
  )
  incoming.keep()
  return { id: incoming.id }
}

/** Names that the header gives to addresses. */
function namesIn({ to, cc }: MessageFacts): Map<string, string> {
  const names = new Map<string, string>()
  for (const { address, name } of [...to, ...cc]) {
    const parsed = name === '' ? undefined : parseAddress(address)
    if (parsed) names.set(parsed.address, name)
  }
  return names
}
