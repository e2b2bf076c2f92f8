import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js'
import { Connection } from './connection.ts'

/** smtp-server with connections of our own. */
export class Server extends SMTPServer {
  readonly #bySession = new WeakMap<SMTPServerSession, Connection>()
  readonly #onFailure: (error: Error, session?: string) => void

  /** @param onFailure what broke, and the session where there was one yet. */
  constructor(options: SMTPServerOptions, onFailure: (error: Error, session?: string) => void) {
    super(options)
    this.#onFailure = onFailure
    this.on('error', (error) => this.#onFailure(error))
  }

  override connect(socket: Socket | TLSSocket, options?: SMTPConnectionOptions | null): void {
    const connection = new Connection(this, socket, options)
    this.connections.add(connection)
    this.#bySession.set(connection.session, connection)
    connection.on('error', (error: Error) => this.#onFailure(error, connection.session.id))
    connection.init()
  }

  connectionOf(session: SMTPServerSession): Connection {
    const connection = this.#bySession.get(session)
    if (!connection) throw new Error('an SMTP session belongs to no connection')
    return connection
  }

  /** Asks connections that are not in the middle of a message to come back later. */
  endIdle(): void {
    for (const connection of this.connections) {
      if (!connection._dataStream) connection.send(421)
    }
  }
}
