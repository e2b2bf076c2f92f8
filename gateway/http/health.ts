import { z } from 'zod'
import type { App, RouteParts } from './parts.ts'

const State = z.object({ status: z.enum(['ok', 'not-ready']) })
const tags = ['running it']
const config = { access: 'anyone' } as const

/** What monitors ask. */
export function healthRoutes(app: App, { store, smtp }: RouteParts): void {
  app.get(
    '/healthz',
    { config, schema: { tags, summary: '200 while the process lives', response: { 200: State } } },
    async () => ({ status: 'ok' as const }),
  )

  app.get(
    '/readyz',
    {
      config,
      schema: {
        tags,
        summary: '200 when mail is taken: listeners are up and the store takes writes',
        response: { 200: State, 503: State },
      },
    },
    async (_request, reply) => {
      const ready = smtp() !== undefined && (await store.check())
      return ready
        ? reply.send({ status: 'ok' as const })
        : reply.status(503).send({ status: 'not-ready' as const })
    },
  )
}
