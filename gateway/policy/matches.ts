import { asciiDomain, parseAddress } from '../people/index.ts'
import type { Condition } from './definition.ts'
import type { HeaderView } from './header-view.ts'
import { senderTag } from './tag.ts'

/** A message as policy sees it. */
export interface PolicyMessage {
  /** Normalised envelope sender, '' for the null sender. */
  readonly sender: string
  readonly headers: HeaderView
  /** Decoded. */
  readonly subject: string
  /** Of the whole message, bytes. */
  readonly size: number
}

/** The kinds of condition that are evaluated; the others are refused by `setDefinitions`. */
export const knownConditions: ReadonlySet<Condition['type']> = new Set([
  'sender',
  'recipient',
  'header',
  'subject-tag',
  'sensitivity',
  'size',
])

/** Tells whether a condition holds for a recipient (normalised address). Throws for a kind it does not know. */
export function matches(condition: Condition, message: PolicyMessage, recipient: string): boolean {
  switch (condition.type) {
    case 'sender':
      return condition.any.some((pattern) => matchesAddress(pattern, message.sender))
    case 'recipient':
      return condition.any.some((pattern) => matchesAddress(pattern, recipient))
    case 'header':
      return condition.value === undefined
        ? message.headers.has(condition.name)
        : hasValue(message.headers, condition.name, [condition.value])
    case 'subject-tag':
      return subjectsOf(message).some((subject) => senderTag(subject, condition.words) !== undefined)
    case 'sensitivity':
      return hasValue(message.headers, 'sensitivity', condition.any)
    case 'size':
      return message.size >= condition.atLeast
    case 'sender-group':
    case 'attachment-name':
    case 'attachment-type':
    case 'text':
      // Never "does not match": the message could leave in clear. The caller answers 451.
      throw new Error(`a definition has a condition of kind ${condition.type}, which can't be evaluated`)
  }
}

/** Every Subject field counts: which one a reader shows must not decide whether the mail is sealed. */
export function subjectsOf({ subject, headers }: PolicyMessage): string[] {
  return [subject, ...headers.get('subject')]
}

function hasValue(headers: HeaderView, name: string, wanted: readonly string[]): boolean {
  const values = headers.get(name).map((value) => value.trim().toLowerCase())
  return wanted.some((value) => values.includes(value.trim().toLowerCase()))
}

/** @param pattern an address or `@domain`. */
function matchesAddress(pattern: string, address: string): boolean {
  if (!pattern.startsWith('@')) return parseAddress(pattern)?.address === address
  const domain = asciiDomain(pattern.slice(1))
  return domain !== undefined && address.endsWith(`@${domain}`)
}
