import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js'
import type { SMTPStream } from 'smtp-server/lib/smtp-stream.js'
import type { Fault } from './data-reader.ts'
import { addressCommand, parameterFault } from './parameters.ts'
import { PayloadParser } from './payload-parser.ts'
import type { SmtpError } from './smtp-error.ts'

const stopping = '4.3.2 The gateway is stopping, please try again later'

/**
 * A connection of smtp-server with what that has no option for, by subclasses of what it exports:
 * - the payload goes through our line discipline (smtp-server hands bare CR, bare LF and NUL on as they came);
 * - the parameters of MAIL and RCPT are checked, and reach us as they came, and so do addresses (smtp-server takes
 *   unknown ones, decodes xtext, and makes Unicode of A-labels, not all of which can be made A-labels again);
 * - the greeting comes at once (it waits 100 ms to catch clients that talk too soon);
 * - our refusals carry their own enhanced code, and may end the connection;
 * - replies to commands that came together leave together (RFC 2920 section 3.2): a segment each costs more than
 *   the rest of a small message.
 */
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
    return this._parser instanceof PayloadParser ? this._parser.fault : undefined
  }

  /** The next reply is the last one: what the client sends after it is not looked at. */
  closeAfterReply(): void {
    this.#closing = true
  }

  /** Whether the client has left, or was sent away: it hears no answer, and will send the message again. */
  get left(): boolean {
    return this._closing || this._closed || this._socket.destroyed || this._socket.readableEnded
  }

  /** Such as `TLSv1.3`; null: the connection is in clear. */
  get tlsVersion(): string | null {
    return this._socket instanceof TLSSocket ? this._socket.getProtocol() : null
  }

  override handler_MAIL(command: Buffer, callback: () => void): void {
    const said = addressCommand(command.toString())
    const fault = said && parameterFault('MAIL', said, said.parameters.has('SMTPUTF8'))
    if (fault) this.#answer(fault, callback)
    else super.handler_MAIL(command, callback)
  }

  override handler_RCPT(command: Buffer, callback: () => void): void {
    const said = addressCommand(command.toString())
    const fault = said && parameterFault('RCPT', said, this.session.envelope.smtpUtf8 ?? false)
    if (fault) this.#answer(fault, callback)
    else super.handler_RCPT(command, callback)
  }

  #answer({ responseCode, message }: SmtpError, callback: () => void): void {
    this.send(responseCode, message)
    callback()
  }

  /** Address and parameters as smtp-server checks them, and as they came. */
  override _parseAddressCommand(
    name: string,
    command: Buffer | string,
  ): ReturnType<SMTPConnection['_parseAddressCommand']> {
    const parsed = super._parseAddressCommand(name, command)
    const said = parsed && addressCommand(command.toString())
    if (!said) return false
    const { args } = parsed
    if (args) {
      for (const [keyword, value] of said.parameters)
        if (typeof args[keyword] === 'string') args[keyword] = value
    }
    return { ...parsed, address: said.address }
  }

  /** Replies. A text that begins with an enhanced code keeps it; else smtp-server puts one before it. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const stops = this._server._closeTimeout !== false
    if (stops && code === 421) data = stopping
    const own = typeof data === 'string' && /^[245]\.\d{1,3}\.\d{1,3} /.test(data)
    // Not around STARTTLS (220), whose reply must be out before the handshake.
    if (code >= 250 && code < 600 && !this._upgrading) this.#gather()
    else this.#flush()
    super.send(code, data, own ? false : context)
    const asksForMore = code >= 300 && code < 400
    if (this.#closing) this.close()
    // Whatever was answered last was the end; this closes, and is the answer to what the client says next.
    else if (stops && !asksForMore && code !== 421) super.send(421, stopping, false)
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
    const parser = new PayloadParser({ maxCommandLength: this._server.options.maxCommandLength })
    parser.oncommand = (command, callback) => this._onCommand(command, callback)
    parser.on('error', (error) => this.send(421, `Error: ${error.message}`))
    return parser
  }
}
