import type { FastifyReply, FastifyRequest } from 'fastify'
import { Counter, Histogram, type Registry } from 'prom-client'

export interface Metrics {
  count(request: FastifyRequest, reply: FastifyReply): void
}

/** Requests by route pattern. Labels are patterns and numbers of ours: nothing that a request brings. */
export function createMetrics(registry: Registry): Metrics {
  const requests = new Counter({
    name: 'postern_http_requests_total',
    help: 'HTTP requests by route and status',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'postern_http_request_seconds',
    help: 'Time to answer HTTP requests, by route and class of status',
    labelNames: ['route', 'class'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 1, 5, 30],
    registers: [registry],
  })
  return {
    count(request, reply) {
      const route = routeOf(request)
      requests.inc({ method: methodOf(request), route, status: reply.statusCode })
      seconds.observe({ route, class: `${Math.floor(reply.statusCode / 100)}xx` }, reply.elapsedTime / 1000)
    },
  }
}

/** The pattern of a route, never the path: paths hold tokens and ids. */
export function routeOf(request: FastifyRequest): string {
  return request.is404 ? 'none' : (request.routeOptions.url ?? 'none')
}

/** HTTP has dozens of methods, and a stranger may try them all. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])

function methodOf({ method }: FastifyRequest): string {
  return methods.has(method) ? method : 'other'
}
