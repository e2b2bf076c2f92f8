import { type RequestListener, type Server, STATUS_CODES, createServer } from 'node:http'
import type { Socket } from 'node:net'
import { Problem } from '../problem.ts'
import { corsHeaders } from './cors.ts'
import { problemBody, problemType } from './problems.ts'
import { securityHeaders } from './security-headers.ts'

export interface BoundHttp extends AsyncDisposable {
  readonly server: Server
  readonly port: number
  /** From now on requests go to the edge. */
  serve(handler: RequestListener): void
}

/**
 * Takes the port before anything else is made: a port that is taken is told at once, and the origin is known to
 * whoever writes links. Until the edge is there, requests are told to come back.
 */
export async function bindHttp(host: string, port: number): Promise<BoundHttp> {
  const server = createServer({
    headersTimeout: 20_000,
    // A large file over a slow line takes its time; an idle one is cut off by `timeout`.
    requestTimeout: 30 * 60_000,
    keepAliveTimeout: 10_000,
  })
  server.timeout = 120_000
  const notYet = problemBody(new Problem('starting', 503, 'The gateway is starting. Try again in a moment.'))
  let edge: RequestListener = (request, response) => {
    request.resume()
    response.writeHead(503, {
      ...securityHeaders(''),
      ...corsHeaders(request.headers.origin),
      'content-type': problemType,
      'retry-after': '1',
    })
    response.end(JSON.stringify(notYet))
  }
  server.on('request', (request, response) => edge(request, response))
  server.on('clientError', answerClientError)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  }).catch((error: unknown) => {
    throw portProblem(error, 'HTTP', host, port, 'POSTERN_HTTP_PORT')
  })
  const address = server.address()
  return {
    server,
    port: typeof address === 'object' && address ? address.port : port,
    serve: (handler) => {
      edge = handler
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        // Whoever still holds a request open after this has waited long enough.
        const late = setTimeout(() => server.closeAllConnections(), 5000)
        server.close(() => {
          clearTimeout(late)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

/** What could not be parsed as HTTP never reaches the edge: it is answered here, with the same headers. */
function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable) return
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  const body = JSON.stringify(
    problemBody(new Problem('request-malformed', status, 'The gateway could not read this request.')),
  )
  const headers = {
    ...securityHeaders(''),
    'content-type': problemType,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'))
}

/** Tells plainly why a port could not be listened on. */
export function portProblem(
  error: unknown,
  what: string,
  host: string,
  port: number,
  variable: string,
): Problem {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    return new Problem(
      'port-taken',
      500,
      `Port ${port} (${what}) is taken by another program. Stop that one, or choose another port with ${variable}.`,
      error,
    )
  }
  if (code === 'EACCES') {
    return new Problem(
      'port-forbidden',
      500,
      `This user may not listen on port ${port} (${what}). Choose a port above 1023 with ${variable}.`,
      error,
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new Problem(
      'host-unknown',
      500,
      `${host} is no address of this machine. Set POSTERN_HOST to one that is, such as 127.0.0.1 or 0.0.0.0.`,
      error,
    )
  }
  return new Problem('port-unusable', 500, `${what} could not listen on ${host} port ${port}.`, error)
}
