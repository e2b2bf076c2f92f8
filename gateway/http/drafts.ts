import { z } from 'zod'
import {
  CreateDraftRequest,
  Draft,
  DraftContent,
  DraftFile,
  DraftList,
  DraftSummary,
  SentResponse,
  UploadQuery,
} from '../../shared/contract/index.ts'
import { personOf } from './access.ts'
import { bytesOf } from './bytes.ts'
import type { App, RouteParts } from './parts.ts'

const params = z.object({ id: z.string().max(100) })
const tags = ['drafts']

/** Writing: drafts are saved as one types, their files are sealed while they arrive. */
export function draftRoutes(app: App, { messages, config }: RouteParts): void {
  app.get(
    '/api/drafts',
    { schema: { tags, summary: 'List drafts', response: { 200: DraftList } } },
    async (request) => ({ items: [...(await messages.drafts(personOf(request)))] }),
  )

  app.post(
    '/api/drafts',
    {
      schema: {
        tags,
        summary: 'Begin a message, a reply or a forward',
        body: CreateDraftRequest,
        response: { 200: Draft },
      },
    },
    async (request) => {
      const person = personOf(request)
      const { messageId } = request.body
      if (messageId !== undefined) request.trace = await messages.trace(person, messageId)
      return messages.createDraft(person, request.body)
    },
  )

  app.get(
    '/api/drafts/:id',
    { schema: { tags, summary: 'Read a draft', params, response: { 200: Draft } } },
    async (request) => messages.draft(personOf(request), request.params.id),
  )

  app.put(
    '/api/drafts/:id',
    {
      schema: { tags, summary: 'Save a draft', params, body: DraftContent, response: { 200: DraftSummary } },
    },
    async (request) => messages.saveDraft(personOf(request), request.params.id, request.body),
  )

  app.delete(
    '/api/drafts/:id',
    { schema: { tags, summary: 'Throw a draft away', params, response: { 204: z.void() } } },
    async (request, reply) => {
      await messages.deleteDraft(personOf(request), request.params.id)
      return reply.status(204).send()
    },
  )

  app.post(
    '/api/drafts/:id/files',
    {
      // The body is a stream: nothing of it is buffered, messages keeps to the limit while it arrives.
      bodyLimit: config.sizeLimit,
      schema: {
        tags,
        summary: 'Add a file; its bytes are the body (application/octet-stream)',
        params,
        querystring: UploadQuery,
        response: { 200: DraftFile },
      },
    },
    async (request) => {
      const { name, type } = request.query
      return messages.addFile(
        personOf(request),
        request.params.id,
        { name, type },
        bytesOf(request.body),
        config.sizeLimit,
      )
    },
  )

  app.delete(
    '/api/drafts/:id/files/:fileId',
    {
      schema: {
        tags,
        summary: 'Remove a file of a draft',
        params: params.extend({ fileId: z.string().max(100) }),
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await messages.removeFile(personOf(request), request.params.id, request.params.fileId)
      return reply.status(204).send()
    },
  )

  app.post(
    '/api/drafts/:id/send',
    {
      schema: { tags, summary: 'Send a draft', params, body: z.object({}), response: { 200: SentResponse } },
    },
    async (request) => {
      const person = personOf(request)
      const sent = await messages.send(person, request.params.id)
      // What begins a conversation has its trace from here on.
      request.trace ??= await messages.trace(person, sent.messageId)
      return sent
    },
  )
}
