import type { SMTPServerEnvelope, SMTPServerSession } from 'smtp-server'
import type { Account, ParsedAddress, People, Person } from '../people/index.ts'
import { asciiDomain, parseAddress } from '../people/index.ts'
import type { MessageFacts } from '../messages/index.ts'
import type { HeaderBlock } from './header-block.ts'
import type { Networks } from './networks.ts'
import { SmtpError, refused } from './smtp-error.ts'

/** What one mail transaction is allowed to be; decided at the first RCPT. */
export type Transaction =
  /** A reply mailed to a notification. Anyone may send one, for its address can't be guessed. */
  | {
      readonly kind: 'reply'
      readonly copyId: string
      readonly account: Account
      /** Of the message that it answers. */
      readonly traceId: string
    }
  /**
   * Mail of an account. The account is found by the header where the envelope sender is null. Recipients by their
   * normalised address, with the letter case they came in.
   */
  | { readonly kind: 'mail'; readonly account: Account | undefined; readonly recipients: Map<string, string> }

/** What is asked of the copy that a reply address names. */
export interface RepliedCopy {
  readonly accountId: string
  readonly state: 'held' | 'expired' | 'recalled' | 'lost'
  readonly traceId: string
}

export interface AuthorityParts {
  readonly people: Pick<People, 'account' | 'accountOfDomain'>
  readonly listed: Networks
  readonly readReplyAddress: (address: string) => string | undefined
  readonly findCopy: (copyId: string) => Promise<RepliedCopy | undefined>
}

/** Who may send what through this gateway. */
export interface Authority {
  /** Takes a recipient into the transaction, or throws SmtpError. */
  admit(session: SMTPServerSession, recipient: string): Promise<void>
  transaction(envelope: SMTPServerEnvelope): Transaction
  /** The account of a message with null sender, or throws SmtpError. */
  accountOfReport(facts: MessageFacts, header: HeaderBlock, recipients: Iterable<string>): Promise<Account>
}

/**
 * Mail is taken from listed networks and from people who signed in (AUTH), and only where the domain of the
 * envelope sender belongs to an account, with AUTH the person's own. The null sender (bounces, receipts, automatic
 * replies) is taken from the same, and its account is told by the header; see `accountOfReport`. A signed reply
 * address takes mail from anyone. All else is refused at RCPT: this is never an open relay.
 */
export function createAuthority({ people, listed, readReplyAddress, findCopy }: AuthorityParts): Authority {
  // smtp-server makes a new envelope for each transaction (also after RSET, EHLO and STARTTLS).
  const transactions = new WeakMap<SMTPServerEnvelope, Transaction>()

  async function admitReply(envelope: SMTPServerEnvelope, copyId: string): Promise<void> {
    // A report (null sender) to it is nobody's reply, and must not be shown as one.
    if (envelope.mailFrom !== false && envelope.mailFrom.address === '') {
      throw refused('5.7.1', 'Reports are not taken at this address')
    }
    const begun = transactions.get(envelope)
    if (begun && !(begun.kind === 'reply' && begun.copyId === copyId)) throw oneAtATime()
    const copy = await findCopy(copyId)
    const account = copy && (await people.account(copy.accountId))
    if (!account) throw refused('5.1.1', 'There is no such message any more')
    if (copy.state !== 'held') throw refused('5.1.1', 'The message was recalled or has expired')
    transactions.set(envelope, { kind: 'reply', copyId, account, traceId: copy.traceId })
  }

  async function accountOfSender(session: SMTPServerSession, sender: string): Promise<Account | undefined> {
    const person = personOf(session)
    if (!person && !listed(session.remoteAddress)) throw refused('5.7.1', 'Relaying denied')
    const own = person ? await people.account(person.account_id ?? '') : undefined
    if (person && !own) throw refused('5.7.1', 'Relaying denied')
    if (sender === '') return own
    const parsed = parseAddress(sender)
    const account = parsed && (await people.accountOfDomain(parsed.domain))
    if (!account || (own && own.id !== account.id)) {
      throw refused('5.7.1', "The sender's domain is not one of this gateway")
    }
    return account
  }

  return {
    async admit(session, recipient) {
      const { envelope } = session
      const copyId = readReplyAddress(recipient)
      if (copyId !== undefined) {
        await admitReply(envelope, copyId)
        return
      }
      const sender = envelope.mailFrom === false ? '' : envelope.mailFrom.address
      const begun = transactions.get(envelope)
      const account = begun?.kind === 'mail' ? begun.account : await accountOfSender(session, sender)
      if (begun?.kind === 'reply') throw oneAtATime()
      const address = parseAddress(recipient)
      if (!address) throw new SmtpError(553, '5.1.3', 'The recipient is not an address this gateway takes')
      needsUtf8(envelope, recipient)
      needsUtf8(envelope, sender)
      const transaction = begun ?? { kind: 'mail', account, recipients: new Map<string, string>() }
      transaction.recipients.set(address.address, asSent(recipient, address))
      transactions.set(envelope, transaction)
    },

    transaction(envelope) {
      const transaction = transactions.get(envelope)
      if (!transaction) throw new SmtpError(503, '5.5.1', 'Need RCPT first')
      return transaction
    },

    /**
     * By the domain of the header's From (an organisation's server writes bounces and automatic replies as one of
     * its own addresses, some as a host below its domain); else by the recipients, where all are of one account: a
     * bounce from outside that passes through the organisation's server to the address our notices come from.
     */
    async accountOfReport(facts, header, recipients) {
      const from = header.has('from') ? parseAddress(facts.from.address)?.domain : undefined
      for (let domain = from; domain?.includes('.'); domain = domain.slice(domain.indexOf('.') + 1)) {
        const account = await people.accountOfDomain(domain)
        if (account) return account
      }
      const accounts = new Set<Account | undefined>()
      for (const recipient of recipients) {
        accounts.add(await people.accountOfDomain(parseAddress(recipient)?.domain ?? ''))
      }
      const [account] = accounts
      if (accounts.size === 1 && account) return account
      throw refused('5.7.1', 'Neither the sender nor the recipients of this report belong to this gateway')
    },
  }
}

/** A 452 makes the client send the rest in a transaction of its own (RFC 5321 section 4.5.3.1.10). */
function oneAtATime(): SmtpError {
  return new SmtpError(452, '4.5.3', 'A secure reply goes to one recipient, send the others separately')
}

/** The person who signed in on this connection. */
export function personOf(session: SMTPServerSession): Person | undefined {
  // smtp-server declares `user` as any; `onAuth` puts nothing but a Person there.
  return session.user ? (session.user as Person) : undefined
}

/** An address as it came, but the domain as A-labels, so that it needs no SMTPUTF8 for its domain. */
export function asSent(text: string, parsed: ParsedAddress | undefined = parseAddress(text)): string {
  const at = text.lastIndexOf('@')
  const domain = parsed?.domain ?? asciiDomain(text.slice(at + 1))
  return at < 0 || domain === undefined ? text : `${text.slice(0, at)}@${domain}`
}

/** RFC 6531 section 3.2: a local part beyond ASCII needs SMTPUTF8. */
function needsUtf8(envelope: SMTPServerEnvelope, address: string): void {
  const local = address.slice(0, address.lastIndexOf('@'))
  // eslint-disable-next-line no-control-regex -- all of ASCII is meant
  if (envelope.smtpUtf8 || /^[\x00-\x7f]*$/.test(local)) return
  throw new SmtpError(553, '5.6.7', 'This address needs SMTPUTF8')
}
