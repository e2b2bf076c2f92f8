import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js'
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js'
import { DataReader, type Fault } from './data-reader.ts'

/**
 * smtp-server with what it has no option for, by subclasses of what it exports:
 * - the payload goes through our line discipline (smtp-server hands bare CR, bare LF and NUL on as they came);
 * - the greeting comes at once (it waits 100 ms to catch clients that talk too soon);
 * - our refusals carry their own enhanced code, and may end the connection;
 * - replies to commands that came together leave together (RFC 2920 section 3.2): a segment each costs more than
 *   the rest of a small message.
 */
export class Server extends SMTPServer {
  readonly #bySession = new WeakMap<SMTPServerSession, Connection>()

  override connect(socket: Socket | TLSSocket, options?: SMTPConnectionOptions | null): void {
    const connection = new Connection(this, socket, options)
    this.connections.add(connection)
    this.#bySession.set(connection.session, connection)
    connection.on('error', (error: Error) => this._onError(error))
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
      if (!connection._dataStream) connection.send(421, 'Service closing, please try again later')
    }
  }
}

export class Connection extends SMTPConnection {
  #closing = false
  #gathering: Socket | TLSSocket | undefined

  /** Takes the connection in without the 100 ms; the limit on connections as smtp-server has it. */
  override init(): void {
    this._setListeners(() => {
      const { maxClients } = this._server.options
      if (maxClients !== undefined && this._server.connections.size > maxClients) {
        this.send(421, `${this.name} Too many connections, please try again later`, false)
      } else this.connectionReady()
    })
  }

  /** What was wrong with the payload just received. */
  get fault(): Fault | undefined {
    return this._parser instanceof Parser ? this._parser.fault : undefined
  }

  /** The next reply is the last one: what the client sends after it is not looked at. */
  closeAfterReply(): void {
    this.#closing = true
  }

  /** Replies. A text that begins with an enhanced code keeps it; else smtp-server puts one before it. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const own = typeof data === 'string' && /^[245]\.\d{1,3}\.\d{1,3} /.test(data)
    // Not around STARTTLS (220), whose reply must be out before the handshake.
    if (code >= 250 && code < 600 && !this._upgrading) this.#gather()
    else this.#flush()
    super.send(code, data, own ? false : context)
    // While the server closes, whatever was answered last was the end.
    const asksForMore = code >= 300 && code < 400
    if (this.#closing || (this._server._closeTimeout && !asksForMore)) this.close()
  }

  /** Holds replies back until the commands at hand are answered. */
  #gather(): void {
    if (this.#gathering) return
    const socket = this._socket
    this.#gathering = socket
    socket.cork()
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#gathering?.uncork()
    this.#gathering = undefined
  }

  override _createParser(): SMTPStream {
    const parser = new Parser({ maxCommandLength: this._server.options.maxCommandLength })
    parser.oncommand = (command, callback) => this._onCommand(command, callback)
    parser.on('error', (error) => this.send(421, `Error: ${error.message}`))
    return parser
  }
}

/** Commands as smtp-server parses them, payload through DataReader. */
class Parser extends SMTPStream {
  #reader = new DataReader()

  get fault(): Fault | undefined {
    return this.#reader.fault
  }

  override startDataMode(maxBytes?: number | string | null): SMTPServerDataStream {
    this.#reader = new DataReader()
    return super.startDataMode(maxBytes)
  }

  override _feedDataStream(chunk: Buffer, done: (error?: Error | null) => void): void {
    const stream = this._dataStream
    if (!stream) throw new Error('the parser got payload outside of DATA')
    let read
    try {
      read = this.#reader.read(chunk)
    } catch (error) {
      // A bug of ours ends this connection; thrown from here it would end the gateway.
      done(error instanceof Error ? error : new Error('the payload could not be read'))
      return
    }
    const { content, end } = read
    this._countDataBytes(content.length)
    // What will be refused is read to its end, but not handed on.
    const wanted = content.length > 0 && !stream.sizeExceeded && stream.writable
    if (end >= 0) {
      this._endDataMode(wanted ? content : false, chunk.subarray(end), done)
    } else if (!wanted || stream.write(content)) {
      done()
    } else {
      // A stream that was destroyed does not drain, it closes.
      const go = () => {
        stream.off('drain', go).off('close', go)
        done()
      }
      stream.once('drain', go).once('close', go)
    }
  }
}
