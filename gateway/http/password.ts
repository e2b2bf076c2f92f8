import { z } from 'zod'
import {
  Accepted,
  ChangePasswordRequest,
  CheckPasswordRequest,
  CheckPasswordResponse,
  ForgotRequest,
  ResetCheckRequest,
  ResetCheckResponse,
  ResetRequest,
  SessionState,
} from '../../shared/contract/index.ts'
import { originOf, tokenOf } from './access.ts'
import type { App, RouteParts } from './parts.ts'
import { shownSession } from './session.ts'
import { giveToken, requireWay } from './token-way.ts'

/** Choosing, changing and forgetting a password. */
export function passwordRoutes(app: App, { signin, cookie }: RouteParts): void {
  app.post(
    '/api/password',
    {
      config: { access: 'changing' },
      schema: {
        tags: ['password'],
        summary: 'Change the password; ends all sessions and gives a new one, the way that signing in does',
        body: ChangePasswordRequest,
        response: { 200: SessionState },
      },
    },
    async (request, reply) => {
      requireWay(request)
      const { password, newPassword } = request.body
      const { token } = await signin.changePassword(
        tokenOf(request),
        password,
        newPassword,
        originOf(request),
      )
      giveToken(request, reply, cookie, token)
      return shownSession(await signin.session(token))
    },
  )

  app.post(
    '/api/password/check',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['password'],
        summary: 'Which requirements a new password meets',
        body: CheckPasswordRequest,
        response: { 200: CheckPasswordResponse },
      },
    },
    async (request) => {
      const address = request.body.address ?? request.session?.person.address
      return { requirements: await signin.checkPassword(request.body.newPassword, address) }
    },
  )

  app.post(
    '/api/forgot',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['password'],
        summary: 'Mail a link to choose a new password; the answer is the same for everybody',
        body: ForgotRequest,
        response: { 202: Accepted },
      },
    },
    async (request, reply) => {
      await signin.forgot(request.body.address, originOf(request))
      return reply.status(202).send({ accepted: true })
    },
  )

  app.post(
    '/api/reset/check',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['password'],
        summary: 'Whether the token of a mailed link can still be used; uses nothing up',
        body: ResetCheckRequest,
        response: { 200: ResetCheckResponse },
      },
    },
    async (request) => signin.checkReset(request.body.token),
  )

  app.post(
    '/api/reset',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['password'],
        summary: 'Choose a new password with the token of a mailed link',
        body: ResetRequest,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await signin.reset(request.body.token, request.body.newPassword, originOf(request))
      return reply.status(204).send()
    },
  )
}
