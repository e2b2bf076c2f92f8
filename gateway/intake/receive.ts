import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server'
import type { Logger } from 'pino'
import type { MessageFacts } from '../messages/index.ts'
import type { Account } from '../people/index.ts'
import type { RecipientDecision } from '../policy/index.ts'
import type { Vault } from '../vault/index.ts'
import { type About, answerTo } from './answer.ts'
import { type Authority, asSent } from './authority.ts'
import type { Connection } from './connection.ts'
import type { IntakeCounts } from './counts.ts'
import { envelopeOf, reportsOf } from './envelope.ts'
import { factsOf } from './facts.ts'
import { HeaderBlock } from './header-block.ts'
import { HeaderCapture } from './header-capture.ts'
import { processedOf, refuseCircle } from './loops.ts'
import { readAll, refuseBroken } from './payload.ts'
import { left } from './smtp-error.ts'
import { receivedField } from './trace.ts'
import { type VerdictParts, verdictOn } from './verdict.ts'

/** A message on its way in: sealed as it is written, thrown away where it was not accepted. */
export interface IncomingMessage extends AsyncDisposable {
  /** The queue id. */
  readonly id: string
  readonly sealSeconds: number
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
  readonly policy: VerdictParts['policy']
  readonly messages: Receiver<Incoming>
  /** For the processed header. */
  readonly mac: Vault['mac']
  readonly hostname: string
  readonly now: () => number
  readonly log: Logger
  readonly counts: IntakeCounts
}

interface Opened<Incoming> {
  readonly account: Account
  readonly incoming: Incoming
  readonly header: HeaderBlock
  readonly facts: MessageFacts
}

/**
 * The payload of one DATA command: header captured and rewritten, everything sealed as it passes, then decided and
 * made durable. Resolves with the queue id once the message is safe; throws the SmtpError that the client is to be
 * told, which is logged and counted here. It always reads to the end of data first, for a reply before that would be
 * taken as the answer to something else.
 */
export async function receive<Incoming extends IncomingMessage>(
  parts: ReceiveParts<Incoming>,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  connection: Pick<Connection, 'fault' | 'left' | 'tlsVersion'>,
): Promise<string> {
  const { authority, messages, mac, hostname, now, log, counts } = parts
  const { envelope } = session
  const transaction = authority.transaction(envelope)
  const recipients: ReadonlyMap<string, string> =
    transaction.kind === 'mail' ? transaction.recipients : new Map()
  const began = performance.now()
  const capture = new HeaderCapture()
  let opened: Opened<Incoming> | undefined
  let size = 0

  async function open(block: Buffer): Promise<Opened<Incoming>> {
    const header = new HeaderBlock(block)
    refuseCircle(header)
    const at = now()
    const sender = envelope.mailFrom === false ? '' : asSent(envelope.mailFrom.address)
    const asked = envelopeOf(session)
    const reports = reportsOf(session, recipients)
    const read = factsOf(header, { from: sender, envelope: asked, reports }, at)
    const account = transaction.account ?? (await authority.accountOfReport(read, header, recipients.keys()))
    const processed = processedOf(mac, account, header)
    const facts = { ...read, envelope: { ...asked, processed } }
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

  async function finish({ account, incoming, header, facts }: Opened<Incoming>): Promise<string> {
    const commit = async (store: () => Promise<{ readonly id: string }>): Promise<string> => {
      if (connection.left) throw left()
      const at = performance.now()
      const { id } = await store()
      counts.commitSeconds((performance.now() - at) / 1000)
      return id
    }
    const said = { account: account.code, size, tls: connection.tlsVersion }
    if (transaction.kind === 'reply') {
      const { copyId } = transaction
      const id = await commit(() => messages.acceptMailedReply(copyId, incoming, facts))
      log.info({ ...about(), queueId: id, ...said, copyId }, 'a reply to a notification was accepted')
      return id
    }
    const { decisions, subject, held } = await verdictOn(parts, { account, header, facts, size, recipients })
    const id = await commit(() => messages.accept(incoming, { ...facts, subject }, decisions))
    const relayed = decisions.length - held
    counts.held(held)
    counts.relayed(relayed)
    const { requireTls } = facts.envelope
    log.info({ ...about(), queueId: id, ...said, held, relayed, requireTls }, 'a message was accepted')
    return id
  }

  const about = (): About => ({
    session: session.id,
    client: session.remoteAddress,
    // An answer belongs to what it answers.
    ...(transaction.kind === 'reply'
      ? { trace: transaction.traceId }
      : opened && { trace: opened.incoming.id }),
  })

  try {
    const failure = await readAll(stream, take)
    refuseBroken(stream, connection.fault)
    if (failure) throw failure.error
    const one = opened ?? (await open(capture.rest()))
    const id = await finish(one)
    counts.accepted()
    counts.sealSeconds(one.incoming.sealSeconds)
    counts.receiveSeconds((performance.now() - began) / 1000)
    return id
  } catch (error) {
    throw answerTo(error, about(), parts)
  } finally {
    counts.bytes(size)
    // Throws the message away unless it was accepted.
    await opened?.incoming[Symbol.asyncDispose]()
  }
}
