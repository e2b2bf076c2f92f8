import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** Serves MTA-STS policies over HTTPS: what `answer` says to each request for a host. */
export async function startPolicyServer(
  tls: { key: string; cert: string },
  answer: (host: string) => { status?: number; type?: string; location?: string; text: string } | 'hang',
): Promise<AsyncDisposable & { readonly port: number; readonly asked: string[] }> {
  const asked: string[] = []
  const server = createServer(tls, (request, response) => {
    const host = request.headers.host?.replace(/:\d+$/, '') ?? ''
    asked.push(`${host}${request.url ?? ''}`)
    const said = answer(host)
    if (said === 'hang') return
    response.writeHead(said.status ?? 200, {
      'content-type': said.type ?? 'text/plain',
      ...(said.location === undefined ? {} : { location: said.location }),
    })
    response.end(said.text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // A listening TCP server has a port.
    port: (server.address() as AddressInfo).port,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
