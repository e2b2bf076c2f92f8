import { z } from 'zod'
import { PortalInfo } from '../../shared/contract/index.ts'
import { languages } from '../../shared/i18n/index.ts'
import type { App, RouteParts } from './parts.ts'

const Description = z.object({
  name: z.literal('postern'),
  version: z.literal(1),
  portal: z.string(),
  keys: z.array(z.object({ kid: z.string(), algorithm: z.literal('Ed25519'), publicKey: z.string() })),
})

/** What the gateway says of itself: to the extension, to the portal's pages, and to programs. */
export function descriptionRoutes(app: App, { links, origin, config }: RouteParts): void {
  app.get(
    '/.well-known/postern',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['links'],
        summary: 'Portal and public keys by which links of this gateway are checked',
        response: { 200: Description },
      },
    },
    async (_request, reply) => {
      const keys = await links.keys()
      void reply.header('cache-control', 'public, max-age=300')
      return {
        name: 'postern' as const,
        version: 1 as const,
        portal: origin,
        keys: keys.map(({ kid, publicKey }) => ({ kid, algorithm: 'Ed25519' as const, publicKey })),
      }
    },
  )

  app.get(
    '/api/portal',
    {
      config: { access: 'anyone' },
      schema: { tags: ['portal'], summary: 'The portal itself', response: { 200: PortalInfo } },
    },
    async () => ({
      host: new URL(origin).host,
      sandbox: config.smartHost === null,
      languages: Object.keys(languages),
    }),
  )

  app.get('/openapi.json', { config: { access: 'anyone' }, schema: { hide: true } }, async () =>
    app.swagger(),
  )
}
