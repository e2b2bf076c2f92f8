import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../problem.ts'
import type { SessionCookie } from './cookie.ts'
import { extensionOrigin } from './cors.ts'

/** Asks for the session's token in the answer's header of the same name, and for no cookie. */
const header = 'x-postern-session'

/**
 * How the token of a session travels. The pages' session is a cookie that no script can read. The extension's is a
 * bearer token that it keeps in memory and sends itself. Neither turns into the other: a request that asks for a
 * bearer token brings no cookie's session with it, so no script gets hold of the one behind the cookie.
 */
export function takesCookie({ headers }: FastifyRequest): boolean {
  return headers[header] !== 'bearer' && extensionOrigin(headers.origin) === undefined
}

/** Refuses what could be given its session in no way, before a temporary password is used up for it. */
export function requireWay(request: FastifyRequest): void {
  if (takesCookie(request) || request.headers[header] === 'bearer') return
  throw new Problem('session-way-missing', 400, `An extension signs in with the header ${header}: bearer.`)
}

/** Gives a new session's token to whoever asked. */
export function giveToken(
  request: FastifyRequest,
  reply: FastifyReply,
  cookie: SessionCookie,
  token: string,
): void {
  void (takesCookie(request) ? reply.header('set-cookie', cookie.set(token)) : reply.header(header, token))
}
