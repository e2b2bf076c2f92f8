import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Lets browser extensions call the gateway, and nobody else (Fetch, section 3.3). A browser lets no page forge these
 * origins. Any extension may ask: what keeps it out is that its requests carry no session but the bearer token that
 * it was given itself. So its cookies are ignored, and credentials are never allowed.
 */
const extension =
  /^(chrome-extension:\/\/[a-p]{32}|moz-extension:\/\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** The Origin header where it is an extension's. */
export function extensionOrigin(origin: string | undefined): string | undefined {
  return origin !== undefined && extension.test(origin) ? origin : undefined
}

/** Headers of every answer to an extension, errors included; for anybody else none. */
export function corsHeaders(origin: string | undefined): Record<string, string> {
  const from = extensionOrigin(origin)
  if (from === undefined) return {}
  return {
    'access-control-allow-origin': from,
    'access-control-expose-headers': 'x-postern-session, retry-after, content-disposition',
    vary: 'origin',
  }
}

/** Whether a request only asks what an extension may ask. */
export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return (
    method === 'OPTIONS' &&
    extensionOrigin(headers.origin) !== undefined &&
    headers['access-control-request-method'] !== undefined
  )
}

/** The answer is the same for every path, so it tells nothing of what is there. */
export function answerPreflight(reply: FastifyReply): FastifyReply {
  return reply
    .status(204)
    .headers({
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
      'access-control-allow-headers': 'content-type, authorization, x-postern-session',
      'access-control-max-age': '7200',
    })
    .send()
}
