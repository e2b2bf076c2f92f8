import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** The package smtp-server as it is, on a free port of loopback: a server that is none of ours. */
export async function startSmtpServer(
  options: SMTPServerOptions = {},
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = new SMTPServer({ logger: false, ...options })
  server.on('error', () => {
    // A client that hangs up, or will not have its certificate.
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    // A listening TCP server has a port.
    port: (server.server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
