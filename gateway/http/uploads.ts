import { z } from 'zod'
import { DraftFile, PieceQuery, UploadBegin, UploadBegun, pieceLimit } from '../../shared/contract/index.ts'
import { personOf } from './access.ts'
import { bytesOf } from './bytes.ts'
import type { App, RouteParts } from './parts.ts'

const draftParams = z.object({ id: z.string().max(100) })
const params = draftParams.extend({ uploadId: z.string().max(100) })
const tags = ['drafts']

/** Files in pieces, for who shows how far they are; the same limits as for a file in one request. */
export function uploadRoutes(app: App, { messages, config }: RouteParts): void {
  app.post(
    '/api/drafts/:id/uploads',
    {
      schema: {
        tags,
        summary: 'Begin to add a file in pieces',
        params: draftParams,
        querystring: UploadBegin,
        response: { 200: UploadBegun },
      },
    },
    async (request) =>
      messages.beginUpload(personOf(request), request.params.id, request.query, config.sizeLimit),
  )

  app.post(
    '/api/drafts/:id/uploads/:uploadId',
    {
      bodyLimit: pieceLimit,
      schema: {
        tags,
        summary:
          'Send the next piece (application/octet-stream, at most 1 MiB); the last one answers the file',
        params,
        querystring: PieceQuery,
        response: { 200: DraftFile, 204: z.void() },
      },
    },
    async (request, reply) => {
      const { id, uploadId } = request.params
      const { offset } = request.query
      const file = await messages.takePiece(personOf(request), id, uploadId, offset, bytesOf(request.body))
      return file ?? reply.status(204).send()
    },
  )

  app.delete(
    '/api/drafts/:id/uploads/:uploadId',
    { schema: { tags, summary: 'Give an upload up', params, response: { 204: z.void() } } },
    async (request, reply) => {
      await messages.abortUpload(personOf(request), request.params.id, request.params.uploadId)
      return reply.status(204).send()
    },
  )
}
