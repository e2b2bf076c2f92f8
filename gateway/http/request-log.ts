import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { routeOf } from './metrics.ts'

/** What monitors ask every few seconds, and what pages are made of. */
const quiet = new Set(['/healthz', '/readyz', '/metrics', '/assets/*'])

/** One line for each request: the route's pattern, never the path or the query, which hold tokens and ids. */
export function logRequest(log: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const route = routeOf(request)
  const level = quiet.has(route) && reply.statusCode < 500 ? 'debug' : 'info'
  log[level](
    {
      ...(request.trace !== undefined && { trace: request.trace }),
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      ...request.refusal,
    },
    'request',
  )
}
