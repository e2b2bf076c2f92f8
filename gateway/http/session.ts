import { z } from 'zod'
import {
  LoginIssuesRequest,
  LoginIssuesResponse,
  MethodsRequest,
  MethodsResponse,
  SessionState,
  SignInRequest,
  SignOutRequest,
} from '../../shared/contract/index.ts'
import type { Session } from '../signin/index.ts'
import { originOf, shownPerson, tokenOf } from './access.ts'
import { linkedCopy } from './linked-copy.ts'
import type { App, RouteParts } from './parts.ts'
import { giveToken, requireWay, takesCookie } from './token-way.ts'

/** Signing in and out. */
export function sessionRoutes(app: App, parts: RouteParts): void {
  const { signin, cookie } = parts
  app.get(
    '/api/session',
    {
      config: { access: 'anyone' },
      schema: { tags: ['sign-in'], summary: 'Who is signed in', response: { 200: SessionState } },
    },
    async (request) => shownSession(request.session),
  )

  app.post(
    '/api/sign-in/methods',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['sign-in'],
        summary: 'Ways to sign in, by the domain of an address',
        body: MethodsRequest,
        response: { 200: MethodsResponse },
      },
    },
    async (request) => ({ methods: [...(await signin.methods(request.body.address))] }),
  )

  app.post(
    '/api/sign-in',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['sign-in'],
        summary: 'Sign in; the session comes as a cookie, or with `x-postern-session: bearer` in that header',
        body: SignInRequest,
        response: { 200: SessionState },
      },
    },
    async (request, reply) => {
      requireWay(request)
      const { link, ...credentials } = request.body
      const linked = link === undefined ? undefined : await linkedCopy(parts, link)
      if (linked?.state === 'genuine') request.trace = linked.copy.traceId
      const { token, session } = await signin.signIn({
        ...credentials,
        ...originOf(request),
        url: '/api/sign-in',
      })
      // Whoever was signed in in this browser is no longer: one browser, one session.
      if (request.token !== undefined) await signin.signOut(request.token, false)
      giveToken(request, reply, cookie, token)
      return shownSession(session)
    },
  )

  app.post(
    '/api/sign-out',
    {
      config: { access: 'changing' },
      schema: {
        tags: ['sign-in'],
        summary: 'Sign out, here or everywhere',
        body: SignOutRequest,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await signin.signOut(tokenOf(request), request.body.everywhere)
      // Ending a token's session leaves the one behind the cookie alone.
      const byToken = request.headers.authorization !== undefined
      if (takesCookie(request) && !byToken) void reply.header('set-cookie', cookie.clear())
      return reply.status(204).send()
    },
  )

  app.post(
    '/api/login-issues',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['sign-in'],
        summary: 'Record a question about signing in; gives the support code that finds it',
        body: LoginIssuesRequest,
        response: { 200: LoginIssuesResponse },
      },
    },
    async (request) => signin.loginIssues({ ...request.body, ...originOf(request) }),
  )
}

export function shownSession(session: Session | undefined): SessionState {
  if (!session) return { state: 'signed-out' }
  return {
    state: session.state === 'full' ? 'signed-in' : 'must-change',
    person: shownPerson(session.person),
  }
}
