import type { FastifyRequest } from 'fastify'
import type { Person as PersonBody } from '../../shared/contract/index.ts'
import type { Person } from '../people/index.ts'
import { Problem } from '../problem.ts'
import type { Session } from '../signin/index.ts'
import { bearerToken } from './cookie.ts'
import type { RouteParts } from './parts.ts'
import { takesCookie } from './token-way.ts'

/**
 * Who may call a route. What says nothing takes a full session, so that a forgotten word closes a route, not
 * opens it. `changing`: also who has signed in with a temporary password and must choose one first.
 */
export type Access = 'anyone' | 'changing' | 'signed-in'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    /** The session that the request carries, looked up by the guard; undefined where there is none. */
    session: Session | undefined
    /** Its token. */
    token: string | undefined
  }
}

/** Finds the session of a request and refuses what the route does not allow: 401 without one, 403 half-way in. */
export async function guardAccess(
  request: FastifyRequest,
  { signin, cookie }: Pick<RouteParts, 'signin' | 'cookie'>,
): Promise<void> {
  if (request.is404) return
  const access = request.routeOptions.config.access ?? 'signed-in'
  // Pages, assets and what monitors ask are the same for everybody; no session is looked up for them.
  if (access === 'anyone' && !request.routeOptions.url?.startsWith('/api/')) return
  const kept = takesCookie(request) ? cookie.read(request.headers.cookie) : undefined
  const token = bearerToken(request.headers.authorization) ?? kept
  request.session = token === undefined ? undefined : await signin.session(token)
  request.token = request.session && token
  if (access === 'anyone') return
  if (!request.session) throw new Problem('signed-out', 401, 'Sign in first.')
  if (request.session.state === 'must-change' && access !== 'changing') {
    throw new Problem('must-change-password', 403, 'Choose a new password first.')
  }
}

/** The person of a route that takes a session. */
export function personOf(request: FastifyRequest): Person {
  if (!request.session) throw new Problem('signed-out', 401, 'Sign in first.')
  return request.session.person
}

/** The token of a route that takes a session. */
export function tokenOf(request: FastifyRequest): string {
  if (request.token === undefined) throw new Problem('signed-out', 401, 'Sign in first.')
  return request.token
}

/** A person as the contract shows them to themselves. */
export function shownPerson({ id, address, name, role, language }: Person): PersonBody {
  return { id, address, name, role, language }
}

/** Who asks, for limits and the administrator's log. */
export function originOf(request: FastifyRequest): { ip: string; agent: string } {
  return { ip: request.ip, agent: (request.headers['user-agent'] ?? '').slice(0, 300) }
}
