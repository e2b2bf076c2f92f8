import { Readable } from 'node:stream'
import type { NodemailerError } from 'nodemailer'
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection/index.js'
import { outcomesOf, outcomesOfError } from './outcome.ts'
import { createPool } from './pool.ts'
import { type Offers, type Session, connect } from './session.ts'
import type { Attempt, DispatchContent, Outcome, Transport } from './transport.ts'

/** The server that takes everything that leaves. */
export interface SmartHost {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (usually port 465); else STARTTLS where it is offered. */
  readonly secure?: boolean
  /** STARTTLS or nothing. Default: where a password would be sent to another machine. */
  readonly requireTls?: boolean
  /** The certificate must be valid for `host`. Default: as `requireTls` or `secure`. */
  readonly verify?: boolean
  /** Certificates (PEM) trusted instead of the system's. */
  readonly ca?: string
  readonly user?: string
  readonly password?: string
  /** Connections at once, default 10. */
  readonly connections?: number
  /** Refusals for good count as temporary: for the first days beside a mail system (Postfix: soft_bounce). */
  readonly softBounce?: boolean
}

/** @param hostname what EHLO says. */
export function createSmartHost(smartHost: SmartHost, hostname: string): Transport {
  const { softBounce = false } = smartHost
  const options = optionsOf(smartHost, hostname)
  const login =
    smartHost.user === undefined ? undefined : { user: smartHost.user, password: smartHost.password ?? '' }
  const pool = createPool(() => connect(options, login))
  const destination = `${smartHost.host}:${smartHost.port}`

  async function attempt(
    recipients: readonly string[],
    content: DispatchContent,
    fresh: boolean,
  ): Promise<readonly Outcome[]> {
    let session: Session | undefined
    let reused = false
    try {
      ;({ session, reused } = await pool.take(fresh))
      const able = ableToTake(session.offers, recipients, content)
      const left = recipients.filter((address) => !able.refused.has(address))
      if (left.length === 0) return [...able.refused.values()]
      if (!session.offers.eightBit && (await hasEightBit(content))) {
        return recipients.map((address) => bounced(address, '5.6.3', 'it does not take 8-bit messages'))
      }
      const info = await session.send(
        {
          from: content.envelopeFrom,
          to: left,
          use8BitMime: true,
          ...(content.size === undefined ? {} : { size: content.size }),
        },
        Readable.from(content.read(), { objectMode: false }),
      )
      return [...able.refused.values(), ...outcomesOf(info, left, softBounce)]
    } catch (thrown) {
      const error: NodemailerError = thrown instanceof Error ? thrown : new Error(String(thrown))
      // The server ended a kept connection while nobody looked: that says nothing about the message.
      if (reused && !error.response && error.code === 'ECONNECTION') {
        session?.cut()
        return await attempt(recipients, content, true)
      }
      if (session) await clean(session, error)
      return outcomesOfError(error, recipients, softBounce)
    } finally {
      if (session) pool.give(session)
    }
  }

  return {
    perDestination: smartHost.connections ?? 10,
    destinations: 'one',
    patient: false,
    destinationOf: () => destination,
    close: (now) => pool.close(now),
    async send(_dispatch, recipients, content): Promise<Attempt> {
      return { outcomes: await attempt(recipients, content, false) }
    },
  }
}

function optionsOf(smartHost: SmartHost, hostname: string): SMTPConnectionOptions {
  const { host, port, secure = false, ca, user } = smartHost
  const requireTls = smartHost.requireTls ?? (user !== undefined && !isLoopback(host))
  const verify = smartHost.verify ?? (requireTls || secure)
  return {
    host,
    port,
    secure,
    requireTLS: requireTls,
    opportunisticTLS: !requireTls,
    name: hostname,
    connectionTimeout: 60_000,
    // RFC 5321 section 4.5.3.2.1: five minutes for the greeting, ten for the reply to the message.
    greetingTimeout: 300_000,
    socketTimeout: 600_000,
    tls: { rejectUnauthorized: verify, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

/** After a refusal the connection is kept, its transaction ended; after anything else nothing is known of it. */
async function clean(session: Session, error: NodemailerError): Promise<void> {
  if (!error.response || !session.open) {
    session.cut()
    return
  }
  try {
    await session.reset()
  } catch {
    // It does not even reset: another connection will do.
    session.cut()
  }
}

/** What the server has already said it can't take, without asking it. */
function ableToTake(
  offers: Offers,
  recipients: readonly string[],
  { envelopeFrom, size }: DispatchContent,
): { refused: Map<string, Outcome> } {
  const refused = new Map<string, Outcome>()
  for (const address of recipients) {
    if (offers.maxSize !== undefined && size !== undefined && size > offers.maxSize) {
      refused.set(address, bounced(address, '5.3.4', `it takes at most ${offers.maxSize} bytes`))
    } else if (!offers.utf8 && !(isAscii(envelopeFrom) && isAscii(address))) {
      // RFC 6531 section 3.3: not sent to who did not offer it, and not changed into something else.
      refused.set(address, bounced(address, '5.6.7', 'it does not take addresses with letters beyond ASCII'))
    }
  }
  return { refused }
}

function bounced(address: string, status: string, why: string): Outcome {
  return { address, state: 'failed', status, reply: `The next server can't take this message: ${why}.` }
}

function isAscii(text: string): boolean {
  return !/[^\p{ASCII}]/u.test(text)
}

async function hasEightBit(content: DispatchContent): Promise<boolean> {
  for await (const chunk of content.read()) if (chunk.some((byte) => byte > 0x7f)) return true
  return false
}
