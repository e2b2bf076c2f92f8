import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { RouteParts } from './parts.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The conversation that the request is about, as in every log line of it; undefined where it is about none. */
    trace: string | undefined
    /** Why it was refused: the problem's code and, for the administrator, the support code. */
    refusal: { problem: string; supportCode?: string } | undefined
  }
}

const Named = z.object({ id: z.string() })

/** Finds the trace of what the path of a request names: a message, one of its files, a draft. */
export async function findTrace(
  request: FastifyRequest,
  { messages }: Pick<RouteParts, 'messages'>,
): Promise<void> {
  const route = request.routeOptions.url ?? ''
  if (request.session?.state !== 'full') return
  const { person } = request.session
  const named = Named.safeParse(request.params)
  if (!named.success) return
  if (route.startsWith('/api/messages/:id')) request.trace = await messages.trace(person, named.data.id)
  else if (route.startsWith('/api/drafts/:id'))
    request.trace = await messages.draftTrace(person, named.data.id)
}
