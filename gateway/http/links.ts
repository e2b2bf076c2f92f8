import { z } from 'zod'
import { LinkInfo } from '../../shared/contract/index.ts'
import { shortHash } from '../../shared/link/index.ts'
import type { App, RouteParts } from './parts.ts'

/** What a notification's link leads to. Mail filters ask this too, so it changes nothing, ever. */
export function linkRoutes(app: App, { links, messages, people }: RouteParts): void {
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
      const { token } = request.params
      const check = await links.check(token)
      if (check.state !== 'genuine') return { state: check.state }
      const { payload } = check
      const copy = await messages.findCopy(payload.handle)
      const account = copy && (await people.account(copy.accountId))
      if (!copy || !account) return { state: 'invalid' }
      const same =
        payload.accountHash === (await shortHash(copy.accountId, 8)) &&
        payload.recipientHash === (await shortHash(copy.address, 16))
      if (!same) return { state: 'invalid' }
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
