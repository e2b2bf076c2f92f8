import { z } from 'zod'
import { ListRequest, MarkRequest, MessageList, MessageView } from '../../shared/contract/index.ts'
import { personOf } from './access.ts'
import type { App, RouteParts } from './parts.ts'

export const messageParams = z.object({ id: z.string().max(100) })

/** Listing and reading. A message is opened by POST, because opening records that it was read. */
export function messageRoutes(app: App, { messages }: RouteParts): void {
  app.get(
    '/api/messages',
    {
      schema: {
        tags: ['messages'],
        summary: 'List the messages one received or sent',
        querystring: ListRequest,
        response: { 200: MessageList },
      },
    },
    async (request) => messages.list(personOf(request), request.query),
  )

  app.post(
    '/api/messages/:id/open',
    {
      schema: {
        tags: ['messages'],
        summary: 'Open a message; records the first reading',
        params: messageParams,
        body: z.object({}),
        response: { 200: MessageView },
      },
    },
    async (request) => messages.open(personOf(request), request.params.id),
  )

  app.post(
    '/api/messages/:id/mark',
    {
      schema: {
        tags: ['messages'],
        summary: 'Mark a message read or unread',
        params: messageParams,
        body: MarkRequest,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await messages.mark(personOf(request), request.params.id, request.body.unread)
      return reply.status(204).send()
    },
  )
}
