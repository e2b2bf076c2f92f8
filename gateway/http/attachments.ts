import { z } from 'zod'
import { personOf } from './access.ts'
import { sendDownload } from './download.ts'
import { messageParams } from './messages.ts'
import type { App, RouteParts } from './parts.ts'
import { zip } from './zip.ts'

const tags = ['messages']

/** Files of a message, opened as they are sent: nothing waits in memory or on disk. */
export function attachmentRoutes(app: App, { messages, now }: RouteParts): void {
  app.get(
    '/api/messages/:id/attachments/:index',
    {
      schema: {
        tags,
        summary: 'Download an attachment; takes range requests',
        params: messageParams.extend({ index: z.coerce.number().int().min(0).max(100_000) }),
      },
    },
    async (request, reply) => {
      const { id, index } = request.params
      return sendDownload(request, reply, await messages.attachment(personOf(request), id, index))
    },
  )

  app.get(
    '/api/messages/:id/attachments.zip',
    { schema: { tags, summary: 'Download all attachments as one zip archive', params: messageParams } },
    async (request, reply) => {
      const files = await messages.attachments(personOf(request), request.params.id)
      return sendDownload(request, reply, {
        name: 'attachments.zip',
        type: 'application/zip',
        read: () => zip(files, now()),
      })
    },
  )

  app.get(
    '/api/messages/:id/original.eml',
    {
      schema: {
        tags,
        summary: 'Download the whole message as it was sent; takes range requests',
        params: messageParams,
      },
    },
    async (request, reply) => {
      const original = await messages.original(personOf(request), request.params.id)
      return sendDownload(request, reply, { name: 'message.eml', type: 'message/rfc822', ...original })
    },
  )
}
