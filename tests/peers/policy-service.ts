import { once } from 'node:events'
import { type AddressInfo, type Socket, createServer } from 'node:net'

/** What Postfix asks: name and value of each attribute (its SMTPD_POLICY_README). */
export type PolicyRequest = Readonly<Record<string, string>>

export interface PolicyService extends AsyncDisposable {
  /** For `check_policy_service inet:127.0.0.1:<port>`. */
  readonly port: number
}

/**
 * A policy service that Postfix asks over TCP about each recipient.
 * @param decide an action of Postfix's access(5): `DUNNO`, `450 4.2.0 later`. One that comes late tarpits.
 */
export async function startPolicyService(
  decide: (request: PolicyRequest) => string | Promise<string>,
): Promise<PolicyService> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let waiting = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      waiting += text
      for (;;) {
        const end = waiting.indexOf('\n\n')
        if (end < 0) return
        const request = attributes(waiting.slice(0, end))
        waiting = waiting.slice(end + 2)
        Promise.resolve(decide(request)).then(
          (action) => socket.write(`action=${action}\n\n`),
          // Postfix takes the silence for trouble of its own and answers 451.
          () => socket.destroy(),
        )
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // A listening TCP server has a port.
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function attributes(text: string): PolicyRequest {
  return Object.fromEntries(
    text.split('\n').map((line) => {
      const equals = line.indexOf('=')
      return [line.slice(0, equals), line.slice(equals + 1)]
    }),
  )
}
