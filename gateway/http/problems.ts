import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import type { Problem as ProblemBody } from '../../shared/contract/index.ts'
import { Problem } from '../problem.ts'
import { SignInFailed } from '../signin/index.ts'

/** Media type of RFC 9457. */
export const problemType = 'application/problem+json; charset=utf-8'

/** RFC 9457 body of a problem. What caused it stays here. */
export function problemBody(problem: Problem): ProblemBody {
  return {
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    ...(problem instanceof SignInFailed && {
      supportCode: problem.supportCode,
      ...(problem.retryAfter !== undefined && { retryAfter: problem.retryAfter }),
    }),
  }
}

/** The error handler of the server: every error becomes a problem, and ours (5xx) are logged with their cause. */
export function answerError(log: Logger) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = toProblem(error)
    const about = {
      ...(request.trace !== undefined && { trace: request.trace }),
      route: request.routeOptions.url,
    }
    // 502 is another server's fault.
    if (problem.status >= 500 && problem.status !== 502)
      log.error({ ...about, err: problem.cause ?? problem }, 'request failed')
    else log.debug({ ...about, err: problem }, 'request refused')
    if (problem instanceof SignInFailed && problem.retryAfter !== undefined) {
      void reply.header('retry-after', problem.retryAfter)
    }
    return sendProblem(reply, problem)
  }
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  reply.request.refusal = {
    problem: problem.code,
    ...(problem instanceof SignInFailed &&
      problem.supportCode !== undefined && { supportCode: problem.supportCode }),
  }
  // Serialised here: a route's own answer may be bytes and have no serialiser for this.
  return reply
    .status(problem.status)
    .header('content-type', problemType)
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemBody(problem))
}

function toProblem(error: FastifyError): Problem {
  if (error instanceof Problem) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [first] = error.validation
    const where = first?.instancePath.replace(/^\//, '') || (error.validationContext ?? 'request')
    return new Problem('request-malformed', 400, `${where}: ${first?.message ?? 'is malformed'}.`, error)
  }
  const status = error.statusCode ?? 500
  if (status === 413) return new Problem('too-large', 413, 'This is larger than the gateway takes.', error)
  if (status === 415) {
    return new Problem('content-type-wrong', 415, 'Send this request as application/json.', error)
  }
  if (status >= 400 && status < 500) {
    return new Problem('request-malformed', status, 'The gateway could not read this request.', error)
  }
  return new Problem(
    'failed',
    500,
    'Something went wrong at the gateway. Try again in a minute; if it stays, tell the administrator.',
    error,
  )
}
