import { once } from 'node:events'
import type { Logger } from 'pino'
import type { SMTPServerOptions } from 'smtp-server'
import type { People, Person } from '../people/index.ts'
import { Problem } from '../problem.ts'
import type { Policy } from '../policy/index.ts'
import type { Vault } from '../vault/index.ts'
import { answerTo } from './answer.ts'
import { type RepliedCopy, createAuthority } from './authority.ts'
import type { KeyAndCertificate } from './certificate.ts'
import type { IntakeCounts } from './counts.ts'
import { type Networks, isLoopback, networks } from './networks.ts'
import { portTaken } from './ports.ts'
import { type IncomingMessage, type Receiver, receive } from './receive.ts'
import { Server } from './server.ts'
import { SmtpError, asSmtpError } from './smtp-error.ts'

export interface Listener {
  /** 0 takes any free one. */
  readonly port: number
  readonly host: string
  /** `implicit`: TLS from the first byte. `none`: no TLS, for a listener that only a local program reaches. */
  readonly tls: 'starttls' | 'implicit' | 'none'
}

export interface IntakeConfig {
  readonly listeners: readonly Listener[]
  /** Addresses and CIDR ranges that may relay without signing in. */
  readonly networks: readonly string[]
  /** Largest message, bytes. */
  readonly sizeLimit: number
  /** What the gateway calls itself in SMTP. */
  readonly hostname: string
  /** AUTH without TLS for clients on this machine. Else AUTH is over TLS alone. */
  readonly plainAuthFromLoopback?: boolean
  /** Connections at once on one listener. */
  readonly mostConnections?: number
  /** How long messages in the middle of DATA may take when the gateway stops, ms. */
  readonly drainTime?: number
}

/** What listeners work with, in whichever thread they are. */
export interface ListenerParts<Incoming extends IncomingMessage> {
  readonly config: IntakeConfig
  readonly tls: KeyAndCertificate
  readonly people: Pick<People, 'account' | 'accountOfDomain'>
  readonly policy: Pick<Policy, 'decide' | 'withoutMark'>
  readonly messages: Receiver<Incoming> & { findCopy(copyId: string): Promise<RepliedCopy | undefined> }
  /** SMTP AUTH. Undefined where the password is wrong; a Problem where it may not be tried now. */
  readonly signin: {
    authenticate(address: string, password: string, ip: string): Promise<Person | undefined>
  }
  /** The copy id of a signed reply address. */
  readonly readReplyAddress: (address: string) => string | undefined
  /** For the processed header. */
  readonly mac: Vault['mac']
  readonly counts: IntakeCounts
  readonly now: () => number
  readonly log: Logger
}

export interface Listeners extends AsyncDisposable {
  /** Where they listen, in the order of the configuration. */
  readonly ports: readonly number[]
  /** Takes no more connections, lets running messages end, and resolves. */
  close(): Promise<void>
}

/** Most recipients of one message. */
export const mostRecipients = 500

/** RFC 5321 section 4.5.3.2 has clients wait minutes; a shorter time here would make them send twice. */
const idleTime = 5 * 60_000

/** ms; see IntakeConfig. */
export const usualDrainTime = 10_000

/** See IntakeConfig. */
export const usualConnections = 2000

/** Joke and proxy commands that smtp-server ships. */
const disabled = ['WIZ', 'SHELL', 'KILL', 'XCLIENT', 'XFORWARD']

/**
 * Starts the listeners in this thread. Throws Problem where a port is taken or the configuration is malformed.
 * @param shared whether other threads listen on the same ports; the kernel then divides connections among them.
 */
export async function openListeners<Incoming extends IncomingMessage>(
  parts: ListenerParts<Incoming>,
  shared = false,
): Promise<Listeners> {
  const listed = networks(parts.config.networks)
  const servers: Server[] = []
  const close = async () => {
    await Promise.all(servers.map((server) => stop(server)))
  }
  try {
    const ports: number[] = []
    for (const listener of parts.config.listeners) {
      const server = createServer(parts, listener, listed)
      servers.push(server)
      ports.push(await listen(server, listener, shared))
    }
    return { ports, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

function createServer<Incoming extends IncomingMessage>(
  parts: ListenerParts<Incoming>,
  listener: Listener,
  listed: Networks,
): Server {
  const { config, tls, people, messages, signin, readReplyAddress, log } = parts
  const { hostname } = config
  const authority = createAuthority({
    people,
    listed,
    readReplyAddress,
    findCopy: (copyId) => messages.findCopy(copyId),
  })
  const receiving = { ...parts, authority, hostname }

  const options: SMTPServerOptions = {
    name: hostname,
    banner: 'Postern',
    heloResponse: '%s',
    secure: listener.tls === 'implicit',
    key: tls.key,
    cert: tls.cert,
    minVersion: 'TLSv1.2',
    size: config.sizeLimit,
    rejectOversized: true,
    authOptional: true,
    authMethods: ['PLAIN', 'LOGIN'],
    disabledCommands: listener.tls === 'none' ? [...disabled, 'STARTTLS'] : disabled,
    // Without TLS, AUTH is off or on for each connection, by `disabledCommands` of its session.
    allowInsecureAuth: true,
    hideENHANCEDSTATUSCODES: false,
    hideDSN: false,
    // Offered where TLS is on.
    hideREQUIRETLS: false,
    disableReverseLookup: true,
    maxRecipients: mostRecipients,
    maxClients: config.mostConnections ?? usualConnections,
    socketTimeout: idleTime,
    closeTimeout: config.drainTime ?? usualDrainTime,
    logger: false,

    onConnect(session, callback) {
      const plainAuth = config.plainAuthFromLoopback === true && isLoopback(session.remoteAddress)
      if (!session.secure && !plainAuth)
        session.disabledCommands = [...server.options.disabledCommands, 'AUTH']
      callback()
    },

    onSecure(_socket, session, callback) {
      // From here on passwords are safe on the wire.
      session.disabledCommands = server.options.disabledCommands
      callback()
    },

    onAuth({ username, password }, session, callback) {
      signin.authenticate(username ?? '', password ?? '', session.remoteAddress).then(
        // Only people of an account may send; a recipient's password opens the portal alone.
        (person) => (person?.account_id ? callback(null, { user: person }) : callback(wrongPassword())),
        (error: unknown) => {
          // A limit on attempts is no fault of ours; the client may try again later in either case.
          if (!(error instanceof Problem))
            log.error({ session: session.id, err: error }, 'a password could not be checked')
          callback(new SmtpError(454, '4.7.0', 'Please try again later'))
        },
      )
    },

    onRcptTo({ address }, session, callback) {
      authority.admit(session, address).then(
        () => callback(),
        (error: unknown) =>
          callback(answerTo(error, { session: session.id, client: session.remoteAddress }, parts)),
      )
    },

    onData(stream, session, callback) {
      const connection = server.connectionOf(session)
      receive(receiving, stream, session, connection).then(
        (id) => callback(null, `2.0.0 queued as ${id}`),
        (error: unknown) => {
          const answer = asSmtpError(error)
          if (answer.closes) connection.closeAfterReply()
          callback(answer)
        },
      )
    },
  }
  const server = new Server(options, (error, session) => {
    // Connections break and handshakes fail all day; none of it is ours to repair.
    log.debug({ err: error, session }, 'an SMTP connection failed')
  })
  return server
}

function wrongPassword(): SmtpError {
  return new SmtpError(535, '5.7.8', 'Address or password is wrong')
}

async function listen(server: Server, { port, host }: Listener, shared: boolean): Promise<number> {
  try {
    server.server.listen({ port, host, reusePort: shared })
    await once(server.server, 'listening')
  } catch (error) {
    throw portTaken({ host, port }, error)
  }
  const address = server.server.address()
  return address !== null && typeof address === 'object' ? address.port : port
}

async function stop(server: Server): Promise<void> {
  if (!server.server.listening) return
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.endIdle()
  })
}
