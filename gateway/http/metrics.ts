import type { FastifyReply, FastifyRequest } from 'fastify'
import { Counter, Histogram, type Registry } from 'prom-client'

export interface Metrics {
  count(request: FastifyRequest, reply: FastifyReply): void
}

/** Requests by route pattern. */
export function createMetrics(registry: Registry): Metrics {
  const requests = new Counter({
    name: 'postern_http_requests_total',
    help: 'HTTP requests by route and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'postern_http_request_seconds',
    help: 'Time to answer HTTP requests.',
    labelNames: ['route'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 1, 5, 30],
    registers: [registry],
  })
  return {
    count(request, reply) {
      const route = routeOf(request)
      requests.inc({ method: request.method, route, status: reply.statusCode })
      seconds.observe({ route }, reply.elapsedTime / 1000)
    },
  }
}

/** The pattern of a route, never the path: paths hold tokens and ids. */
export function routeOf(request: FastifyRequest): string {
  return request.is404 ? 'none' : (request.routeOptions.url ?? 'none')
}
