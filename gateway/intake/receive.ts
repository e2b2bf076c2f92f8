import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server'
import type { Logger } from 'pino'
import type { MessageFacts } from '../messages/index.ts'
import type { Account } from '../people/index.ts'
import { parseAddress } from '../people/index.ts'
import type { Policy, RecipientDecision } from '../policy/index.ts'
import { type Authority, type Transaction, asSent } from './authority.ts'
import { factsOf } from './facts.ts'
import { HeaderBlock } from './header-block.ts'
import { HeaderCapture } from './header-capture.ts'
import type { Connection } from './server.ts'
import { SmtpError, asSmtpError, refused } from './smtp-error.ts'
import { hopLimit, receivedField } from './trace.ts'

/** A message on its way in: sealed as it is written, thrown away where it was not accepted. */
export interface IncomingMessage extends AsyncDisposable {
  /** The queue id. */
  readonly id: string
  write(chunk: Uint8Array): Promise<void>
}

/** What intake needs of messages. */
export interface Receiver<Incoming extends IncomingMessage> {
  begin(account: Account): Incoming
  accept(
    incoming: Incoming,
    facts: MessageFacts,
    decisions: RecipientDecision[],
  ): Promise<{ readonly id: string }>
  acceptMailedReply(copyId: string, incoming: Incoming, facts: MessageFacts): Promise<{ readonly id: string }>
  isSecureThread(accountId: string, rfcMessageIds: string[]): Promise<boolean>
}

export interface ReceiveParts<Incoming extends IncomingMessage> {
  readonly authority: Authority
  readonly policy: Pick<Policy, 'decide' | 'withoutMark'>
  readonly messages: Receiver<Incoming>
  readonly hostname: string
  readonly now: () => number
  readonly log: Logger
}

interface Opened<Incoming> {
  readonly account: Account
  readonly incoming: Incoming
  readonly header: HeaderBlock
  readonly facts: MessageFacts
}

/**
 * The payload of one DATA command: header captured and rewritten, everything sealed as it passes, then decided and
 * made durable. Resolves with the queue id once the message is safe; throws what the client is to be told. It
 * always reads to the end of data first, for a reply before that would be taken as the answer to something else.
 */
export async function receive<Incoming extends IncomingMessage>(
  { authority, policy, messages, hostname, now, log }: ReceiveParts<Incoming>,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  connection: Connection,
): Promise<string> {
  const { envelope } = session
  const transaction = authority.transaction(envelope)
  const sender = envelope.mailFrom === false ? '' : asSent(envelope.mailFrom.address)
  const capture = new HeaderCapture()
  let opened: Opened<Incoming> | undefined
  let size = 0
  let failure: unknown

  const recipients = () => (transaction.kind === 'mail' ? [...transaction.recipients.keys()] : [])

  async function open(block: Buffer): Promise<Opened<Incoming>> {
    const header = new HeaderBlock(block)
    if (header.count('received') >= hopLimit) {
      throw new SmtpError(554, '5.4.6', 'Too many hops, the message goes in circles')
    }
    const at = now()
    const facts = factsOf(header, sender, at)
    const account = transaction.account ?? (await authority.accountOfReport(facts, header, recipients()))
    const incoming = messages.begin(account)
    opened = { account, incoming, header, facts }
    await incoming.write(header.rewritten(receivedField(session, hostname, incoming.id, at)))
    return opened
  }

  async function take(chunk: Buffer): Promise<void> {
    size += chunk.length
    if (opened) return opened.incoming.write(chunk)
    const captured = capture.add(chunk)
    if (!captured) return
    const { incoming } = await open(captured.header)
    if (captured.body.length > 0) await incoming.write(captured.body)
  }

  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (failure !== undefined) continue
      try {
        await take(chunk)
      } catch (error) {
        failure = error
      }
    }
    refuseBroken(stream, connection, session, log)
    if (failure !== undefined) throw asSmtpError(failure)
    opened ??= await open(capture.rest())
    return await finish(opened)
  } finally {
    // Throws the message away unless it was accepted.
    await opened?.incoming[Symbol.asyncDispose]()
  }

  async function finish({ account, incoming, header, facts }: Opened<Incoming>): Promise<string> {
    if (transaction.kind === 'reply') {
      const { id } = await messages.acceptMailedReply(transaction.copyId, incoming, facts)
      log.info({ queueId: id, copyId: transaction.copyId, size }, 'a reply to a notification was accepted')
      return id
    }
    const ids = [...facts.inReplyTo, ...facts.references]
    const secureThread = ids.length > 0 && (await messages.isSecureThread(account.id, ids))
    const message = {
      sender: parseAddress(sender)?.address ?? '',
      headers: header,
      subject: facts.subject,
      size,
    }
    const decided = await policy.decide(account, message, recipients(), {
      secureThread,
    })
    const decisions = outcomes(decided, transaction)
    const held = decisions.filter(({ outcome }) => outcome === 'hold').length
    const subject = held > 0 ? await policy.withoutMark(account.id, facts.subject) : facts.subject
    const { id } = await messages.accept(incoming, { ...facts, subject }, decisions)
    log.info(
      { queueId: id, account: account.code, size, held, relayed: decisions.length - held },
      'a message was accepted',
    )
    return id
  }
}

/** Says what was wrong with the bytes, once all of them are read. */
function refuseBroken(
  stream: SMTPServerDataStream,
  connection: Connection,
  session: SMTPServerSession,
  log: Logger,
): void {
  const { fault } = connection
  if (fault !== undefined) {
    log.warn({ fault, ip: session.remoteAddress }, 'a malformed message was refused')
    // The client and we may not agree about where its messages end, so we part.
    throw new SmtpError(550, '5.6.0', `The message has a ${fault}, which is not allowed (RFC 5321 2.3.8)`, {
      closes: true,
    })
  }
  if (stream.sizeExceeded) throw new SmtpError(552, '5.3.4', 'The message is too large')
}

/**
 * DATA has one answer for all recipients, so a message that a definition refuses for one is refused for all: the
 * sender sees it at once and can leave that recipient out.
 *
 * Until verified TLS can be required of the next hop (issue 4), `require-tls` is `hold`, the safe side.
 */
function outcomes(
  decided: readonly RecipientDecision[],
  transaction: Transaction & { kind: 'mail' },
): RecipientDecision[] {
  const refusal = decided.find(({ outcome }) => outcome === 'refuse')
  if (refusal) throw refused('5.7.1', refusal.refusal ?? 'This message is not allowed')
  return decided.map((decision) => {
    if (decision.outcome === 'require-tls') return { ...decision, outcome: 'hold' }
    if (decision.outcome === 'hold') return decision
    // Relayed mail keeps the letter case of its recipients: a few mailboxes depend on it.
    return { ...decision, address: transaction.recipients.get(decision.address) ?? decision.address }
  })
}
