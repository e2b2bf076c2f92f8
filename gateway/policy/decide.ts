import { type Account, parseAddress } from '../people/index.ts'
import type { Definition, HeldOptions, Outcome } from './definition.ts'
import { matches, subjectsOf, type PolicyMessage } from './matches.ts'
import { type HeldChoice, type Setter, heldOptions } from './options.ts'
import { type SenderTag, senderTag } from './tag.ts'

export type { PolicyMessage } from './matches.ts'
export type { Setter } from './options.ts'

/** What becomes of the message for one recipient. */
export interface RecipientDecision {
  /** Normalised. */
  readonly address: string
  readonly outcome: Outcome
  /** Name of the definition that decided; null where none matched. */
  readonly definition: string | null
  /** What definition and sender set; what neither set comes from the account. Empty where nothing is held. */
  readonly options: HeldOptions
  /** Who set which option. */
  readonly setBy: Record<string, Setter>
  /** What the sender's server is told where the outcome is `refuse`. */
  readonly refusal?: string
}

/**
 * Decides for each recipient. Definitions are tried in order, the first that matches decides, without one the
 * message is relayed. An answer to a secure thread (`secureThread`) is held for everyone outside the account, even
 * where a definition would relay it, because it quotes what was sealed; bounces and automatic replies are excepted
 * unless a definition says otherwise. Throws where a definition can't be evaluated: then nothing is decided.
 *
 * @param recipients normalised addresses.
 */
export function decide(
  account: Account,
  definitions: readonly Definition[],
  message: PolicyMessage,
  recipients: readonly string[],
  context: { readonly secureThread: boolean },
): RecipientDecision[] {
  const tag = subjectsOf(message)
    .map((subject) => markOf(definitions, subject))
    .find((mark) => mark !== undefined)
  const sealedThread = context.secureThread && !isAutomatic(message)
  const held = new Map<Definition | undefined, HeldChoice>()
  const choice = (definition?: Definition) => {
    let known = held.get(definition)
    if (!known)
      held.set(definition, (known = heldOptions(account, definition?.options ?? {}, tag?.options ?? {})))
    return known
  }

  return recipients.map((address) => {
    const definition = definitions.find((one) =>
      one.conditions.every((condition) => matches(condition, message, address)),
    )
    let outcome = definition?.outcome ?? 'relay'
    if (outcome === 'relay' && sealedThread && !isInside(account, address)) outcome = 'hold'
    const { options, setBy } =
      outcome === 'hold' || outcome === 'require-tls' ? choice(definition) : { options: {}, setBy: {} }
    return {
      address,
      outcome,
      definition: definition?.name ?? null,
      options,
      setBy,
      ...(outcome === 'refuse'
        ? { refusal: definition?.refusal ?? 'This message is not allowed by your organisation' }
        : {}),
    }
  })
}

/** The sender's mark: by the words of the definitions, else `secure`, whichever definition decides in the end. */
export function markOf(definitions: readonly Definition[], subject: string): SenderTag | undefined {
  const words = definitions.flatMap((definition) =>
    definition.conditions.flatMap((condition) => (condition.type === 'subject-tag' ? condition.words : [])),
  )
  return senderTag(subject, words.length > 0 ? words : undefined)
}

/** Bounces (RFC 3464), receipts (RFC 8098) and automatic replies (RFC 3834 section 5). */
function isAutomatic({ sender, headers }: PolicyMessage): boolean {
  return (
    sender === '' ||
    headers.get('auto-submitted').some((value) => /^\s*auto-replied\b/i.test(value)) ||
    headers.get('content-type').some((value) => /^\s*multipart\/report\b/i.test(value))
  )
}

function isInside(account: Account, address: string): boolean {
  return account.domains.includes(parseAddress(address)?.domain ?? '')
}
