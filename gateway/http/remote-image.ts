import { z } from 'zod'
import { Problem } from '../problem.ts'
import { personOf } from './access.ts'
import { imageType } from './image-type.ts'
import { messageParams } from './messages.ts'
import type { App, RouteParts } from './parts.ts'
import { NotFetched, publicFetch } from './public-fetch.ts'
import { filePolicy } from './security-headers.ts'

/** Pictures fetched at the same time for everybody: a mail of a thousand pictures is not to fill the machine. */
const mostAtOnce = 16

/** Pictures that a message has elsewhere, fetched here so that the sender learns nothing of the reader. */
export function remoteImageRoutes(app: App, { messages, log }: RouteParts): void {
  let fetching = 0
  app.get(
    '/api/messages/:id/remote-image',
    {
      // HEAD would fetch as well and show nothing.
      exposeHeadRoute: false,
      schema: {
        tags: ['messages'],
        summary: 'A picture that the message has elsewhere, fetched by the gateway',
        params: messageParams,
        querystring: z.object({ url: z.string().max(4000) }),
      },
    },
    async (request, reply) => {
      // Throws where the message is not this person's.
      await messages.summary(personOf(request), request.params.id)
      if (fetching >= mostAtOnce) throw new Problem('busy', 503, 'Too many pictures at once. Try again.')
      fetching++
      try {
        const { bytes } = await publicFetch(request.query.url)
        const type = imageType(bytes)
        if (type === undefined) throw new NotFetched('not a picture')
        void reply.headers({
          'content-type': type,
          'content-security-policy': filePolicy,
          'cache-control': 'private, max-age=3600',
        })
        return await reply.send(bytes)
      } catch (error) {
        if (!(error instanceof NotFetched)) throw error
        log.debug({ why: error.message }, 'picture not fetched')
        throw new Problem('picture-unavailable', 502, 'This picture could not be fetched.', error)
      } finally {
        fetching--
      }
    },
  )
}
