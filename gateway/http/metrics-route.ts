import type { FastifyRequest } from 'fastify'
import { unknownPage } from './pages.ts'
import type { App, RouteParts } from './parts.ts'

/**
 * What Prometheus asks for. It names nobody, but tells how much mail there is and how the machine is doing, so it is
 * for the networks of the configuration alone; to anybody else there is nothing at this address.
 */
export function metricsRoute(app: App, { register, seesMetrics }: RouteParts): void {
  app.get('/metrics', { config: { access: 'anyone' }, schema: { hide: true } }, async (request, reply) => {
    if (isForwarded(request) || !seesMetrics(request.ip)) throw unknownPage()
    void reply.header('content-type', register.contentType)
    return reply.send(await register.metrics())
  })
}

/**
 * A proxy that is not in `trustProxy` passed it on: then the address is the proxy's, likely of this machine, and says
 * nothing of who asks.
 */
function isForwarded({ ip, headers, socket }: FastifyRequest): boolean {
  const forwarded = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'].some(
    (name) => headers[name] !== undefined,
  )
  return forwarded && ip === socket.remoteAddress
}
