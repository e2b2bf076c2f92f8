import type { RequestListener } from 'node:http'
import swagger from '@fastify/swagger'
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyServerFactory,
  LogController,
  fastify,
} from 'fastify'
import {
  type ZodTypeProvider,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import type { BoundHttp } from './bind.ts'
import { guardAccess } from './access.ts'
import { attachmentRoutes } from './attachments.ts'
import { sessionCookie } from './cookie.ts'
import { answerPreflight, corsHeaders, isPreflight } from './cors.ts'
import { draftRoutes } from './drafts.ts'
import { healthRoutes } from './health.ts'
import { linkRoutes } from './links.ts'
import { messageRoutes } from './messages.ts'
import { createMetrics } from './metrics.ts'
import { metricsRoute } from './metrics-route.ts'
import { outboxRoutes } from './outbox.ts'
import { pageRoutes, unknownPage } from './pages.ts'
import type { App, HttpParts, RouteParts } from './parts.ts'
import { passwordRoutes } from './password.ts'
import { answerError, sendProblem } from './problems.ts'
import { remoteImageRoutes } from './remote-image.ts'
import { guardMutation } from './same-site.ts'
import { logRequest } from './request-log.ts'
import { securityHeaders } from './security-headers.ts'
import { sessionRoutes } from './session.ts'
import { findTrace } from './trace.ts'
import { uploadRoutes } from './uploads.ts'
import { descriptionRoutes } from './well-known.ts'

/** JSON bodies; a draft's text is the largest of them. */
const bodyLimit = 3 * 1024 * 1024

/** A method and pattern that the edge answers. */
export interface HttpRoute {
  readonly method: string
  readonly url: string
}

export interface Http extends AsyncDisposable {
  /** Everything it answers; a test walks them all. */
  readonly routes: readonly HttpRoute[]
}

/**
 * The HTTP edge on a server that is bound already; ready when it resolves.
 * @param bound see `bindHttp`.
 */
export async function createHttp(bound: BoundHttp, given: HttpParts): Promise<Http> {
  const { origin, log } = given
  const parts: RouteParts = { ...given, cookie: sessionCookie(origin.startsWith('https:')) }
  let handle: RequestListener | undefined
  const app = await createApp(parts, (handler) => {
    handle = handler
    return bound.server
  })
  const headers = Object.entries(securityHeaders(origin))
  const routes: HttpRoute[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url })
  })

  app.addHook('onRequest', async (request, reply) => {
    for (const [name, value] of headers) void reply.header(name, value)
    // Before anything can be refused: an extension may read why.
    void reply.headers(corsHeaders(request.headers.origin))
    if (isPreflight(request)) return answerPreflight(reply)
    guardMutation(request, origin)
    await guardAccess(request, parts)
  })
  app.addHook('preHandler', (request) => findTrace(request, parts))
  const metrics = createMetrics(given.register)
  app.addHook('onResponse', async (request, reply) => {
    metrics.count(request, reply)
    logRequest(log, request, reply)
  })
  app.setErrorHandler<FastifyError>(answerError(log))
  app.setNotFoundHandler(async (_request, reply) => sendProblem(reply, unknownPage()))

  sessionRoutes(app, parts)
  passwordRoutes(app, parts)
  linkRoutes(app, parts)
  messageRoutes(app, parts)
  attachmentRoutes(app, parts)
  remoteImageRoutes(app, parts)
  draftRoutes(app, parts)
  uploadRoutes(app, parts)
  if (given.delivery.sandbox) outboxRoutes(app, parts)
  healthRoutes(app, parts)
  descriptionRoutes(app, parts)
  metricsRoute(app, parts)
  await pageRoutes(app, parts)
  await app.ready()
  // Not earlier: a request that comes while the edge is being made finds it half made.
  if (handle) bound.serve(handle)
  return { routes, [Symbol.asyncDispose]: () => app.close() }
}

async function createApp({ config, log }: RouteParts, serverFactory: FastifyServerFactory): Promise<App> {
  // Our own line is written for each request; fastify's would hold the path, and so tokens.
  const loggerInstance: FastifyBaseLogger = log.child(
    {},
    { serializers: { req: () => undefined, res: () => undefined } },
  )
  const app = fastify({
    serverFactory,
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: config.trustProxy.length > 0 ? config.trustProxy : false,
    bodyLimit,
    routerOptions: { maxParamLength: 1000 },
    frameworkErrors: (error, request, reply) => {
      void reply.headers({ ...securityHeaders(''), ...corsHeaders(request.headers.origin) })
      answerError(log)(error, request, reply)
    },
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  )
  // A file on its way into a draft: the stream itself.
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
  app.decorateRequest('session', undefined)
  app.decorateRequest('token', undefined)
  app.decorateRequest('trace', undefined)
  app.decorateRequest('refusal', undefined)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Postern', version: '1', description: 'A secure-message gateway with a portal.' },
    },
    transform: jsonSchemaTransform,
  })
  return app
}
