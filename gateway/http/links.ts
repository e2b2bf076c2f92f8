import { z } from 'zod'
import { LinkInfo } from '../../shared/contract/index.ts'
import { linkedCopy } from './linked-copy.ts'
import type { App, RouteParts } from './parts.ts'

/** What a notification's link leads to. Mail filters ask this too, so it changes nothing, ever. */
export function linkRoutes(app: App, parts: RouteParts): void {
  app.get(
    '/api/links/:token',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['links'],
        summary: 'Judge a link; the message it leads to only for the signed-in person it was sent to',
        params: z.object({ token: z.string().max(1000) }),
        response: { 200: LinkInfo },
      },
    },
    async (request): Promise<LinkInfo> => {
      const linked = await linkedCopy(parts, request.params.token)
      if (linked.state !== 'genuine') return { state: linked.state }
      const { copy, account } = linked
      request.trace = copy.traceId
      if (copy.state === 'expired') return { state: 'expired' }
      const session = request.session
      const mine = session?.state === 'full' && session.person.id === copy.personId
      return {
        state: 'genuine',
        address: copy.address,
        organisation: account.name,
        messageId: mine ? copy.id : null,
        otherPerson: session !== undefined && session.person.id !== copy.personId,
      }
    },
  )
}
