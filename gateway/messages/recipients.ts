import type { DraftKind, Mailbox } from '../../shared/contract/index.ts'
import { type Account, type Person, parseAddress } from '../people/index.ts'
import { Problem } from '../problem.ts'
import { accountOf } from './owned.ts'
import type { MessageParts } from './parts.ts'

/** Whom a message from the portal goes to, addresses normalised, nobody twice. */
export interface Addressed {
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
}

/** Takes addresses as typed. Throws Problem for what is none, and where there is nobody. */
export function addressed(to: readonly Mailbox[], cc: readonly Mailbox[]): Addressed {
  const seen = new Set<string>()
  const taken = (mailboxes: readonly Mailbox[]) =>
    mailboxes.flatMap(({ address, name }) => {
      const parsed = parseAddress(address.trim())
      if (!parsed)
        throw new Problem(
          'address-malformed',
          400,
          `“${address}” is not an email address. Correct it and send again.`,
        )
      if (seen.has(parsed.address)) return []
      seen.add(parsed.address)
      return [{ address: parsed.address, name }]
    })
  const result = { to: taken(to), cc: taken(cc) }
  if (seen.size === 0) throw new Problem('recipients-missing', 400, 'Add at least one recipient.')
  return result
}

/** Those of the account get the message by mail; it is held for all others, people of other accounts included. */
export function divided(account: Account, { to, cc }: Addressed): { inside: Mailbox[]; outside: Mailbox[] } {
  const inside: Mailbox[] = []
  const outside: Mailbox[] = []
  for (const mailbox of [...to, ...cc]) {
    const domain = parseAddress(mailbox.address)?.domain
    if (domain !== undefined && account.domains.includes(domain)) inside.push(mailbox)
    else outside.push(mailbox)
  }
  return { inside, outside }
}

/** Accounts that a person may begin a message to, the one that wrote to them last first. */
export async function knownAccounts(parts: MessageParts, person: Person): Promise<Account[]> {
  if (person.account_id !== null) return [await accountOf(parts, person.account_id)]
  const rows = await parts.store.db
    .selectFrom('copies')
    .select((select) => ['account_id', select.fn.max('received_at').as('last')])
    .where('person_id', '=', person.id)
    .groupBy('account_id')
    .orderBy('last', 'desc')
    .execute()
  return Promise.all(rows.map((row) => accountOf(parts, row.account_id)))
}

/**
 * Addresses or `@domain` that a draft may be addressed to; empty: anybody. A user of an account may write to
 * anybody, and so may whoever was allowed to forward; a recipient only to people of accounts that wrote to them.
 */
export async function allowedRecipients(
  parts: MessageParts,
  person: Person,
  kind: DraftKind,
): Promise<string[]> {
  if (kind !== 'new' || person.account_id !== null) return []
  return (await knownAccounts(parts, person)).flatMap(({ domains }) => domains.map((domain) => `@${domain}`))
}

/** The account that a new message belongs to. Throws Problem where the person may not write to one of these. */
export async function accountOfNew(
  parts: MessageParts,
  person: Person,
  recipients: Addressed,
): Promise<Account> {
  const accounts = await knownAccounts(parts, person)
  const [own] = accounts
  if (person.account_id !== null && own) return own
  let chosen: Account | undefined
  for (const { address } of [...recipients.to, ...recipients.cc]) {
    const domain = parseAddress(address)?.domain
    const account = accounts.find(({ domains }) => domain !== undefined && domains.includes(domain))
    if (!account) {
      throw new Problem(
        'recipient-forbidden',
        403,
        `You can't write to ${address}. You can write to people at organisations that have sent you a message here.`,
      )
    }
    if (chosen && chosen !== account) {
      throw new Problem(
        'recipients-several-organisations',
        400,
        'The recipients belong to different organisations. Write a message to each organisation.',
      )
    }
    chosen = account
  }
  if (!chosen) throw new Problem('recipients-missing', 400, 'Add at least one recipient.')
  return chosen
}
