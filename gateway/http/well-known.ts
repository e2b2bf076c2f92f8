import { z } from 'zod'
import { PortalInfo } from '../../shared/contract/index.ts'
import { languages } from '../../shared/i18n/index.ts'
import type { App, RouteParts } from './parts.ts'

/** As shared/link reads it. */
const Description = z.object({
  name: z.literal('postern'),
  version: z.literal(1),
  portal: z.string(),
  keys: z.array(z.object({ kid: z.string(), algorithm: z.literal('Ed25519'), publicKey: z.string() })),
  title: z.string(),
  sequence: z.number().int(),
  issued: z.number().int(),
  validUntil: z.number().int(),
  rootKey: z.string(),
  succession: z.array(z.object({ from: z.string(), to: z.string(), signature: z.string() })),
  signature: z.string(),
})

/** What the gateway says of itself: to the extension, to the portal's pages, and to programs. */
export function descriptionRoutes(app: App, { keys, origin, delivery }: RouteParts): void {
  app.get(
    '/.well-known/postern',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['links'],
        summary: 'What the gateway says of itself, signed by its root key: portal, name, keys of its links',
        response: { 200: Description },
      },
    },
    async (_request, reply) => {
      const { keys: linkKeys, succession, ...rest } = await keys.describe()
      // It is public, and proves itself by its signature: any page may read it.
      void reply.headers({ 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' })
      return { ...rest, keys: [...linkKeys], succession: [...succession] }
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
      sandbox: delivery.sandbox,
      languages: Object.keys(languages),
    }),
  )

  app.get('/openapi.json', { config: { access: 'anyone' }, schema: { hide: true } }, async () =>
    app.swagger(),
  )
}
