import { z } from 'zod'
import type { App, RouteParts } from './parts.ts'

const Alive = z.object({ status: z.literal('ok') })
/** Anybody may ask: it says what is not ready, and not why. */
const Readiness = z.object({
  status: z.enum(['ok', 'not-ready']),
  /** `smtp`: the listeners are up. `store`: it takes writes, and has room for mail. */
  parts: z.object({ smtp: z.enum(['ok', 'not-ready']), store: z.enum(['ok', 'not-ready']) }),
})
const tags = ['running it']
const config = { access: 'anyone' } as const

/** What monitors ask. */
export function healthRoutes(app: App, { store, smtp }: RouteParts): void {
  app.get(
    '/healthz',
    { config, schema: { tags, summary: '200 while the process lives', response: { 200: Alive } } },
    async () => ({ status: 'ok' as const }),
  )

  app.get(
    '/readyz',
    {
      config,
      schema: {
        tags,
        summary:
          '200 when mail is taken: listeners are up and the store takes writes; 503 names what is not ready',
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_request, reply) => {
      const [listening, storing] = [smtp() !== undefined, await store.check()]
      const said = (ready: boolean) => (ready ? 'ok' : 'not-ready')
      const ready = listening && storing
      return reply.status(ready ? 200 : 503).send({
        status: said(ready),
        parts: { smtp: said(listening), store: said(storing) },
      })
    },
  )
}
