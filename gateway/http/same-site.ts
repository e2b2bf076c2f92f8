import type { FastifyRequest } from 'fastify'
import { Problem } from '../problem.ts'
import { extensionOrigin } from './cors.ts'

/**
 * Keeps other sites from acting with a person's session (ASVS 3.5.1 to 3.5.3). A form of another site can't send
 * our content types, and what browsers say of themselves (Origin, Sec-Fetch-Site) must be this gateway. Programs
 * that are no browser send neither and hold no cookie of somebody else.
 */
export function guardMutation(request: FastifyRequest, origin: string): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return
  // Nobody's browser adds a bearer token by itself, and an extension has no other session: its cookies are ignored.
  const { authorization, origin: from } = request.headers
  if (authorization === undefined && extensionOrigin(from) === undefined) refuseOtherSites(request, origin)
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type === undefined && request.method === 'DELETE') return
  if (type !== 'application/json' && type !== 'application/octet-stream') {
    throw new Problem('content-type-wrong', 415, 'Send this request as application/json.')
  }
}

function refuseOtherSites(request: FastifyRequest, origin: string): void {
  const site = request.headers['sec-fetch-site']
  const from = request.headers.origin
  const crossSite = site !== undefined && site !== 'same-origin' && site !== 'none'
  if (!crossSite && (from === undefined || isOwn(from, origin))) return
  throw new Problem(
    'cross-site',
    403,
    `This request came from another site. Open the portal at ${origin} and try again.`,
  )
}

/** On a machine of one's own, localhost, 127.0.0.1 and [::1] are one gateway. */
function isOwn(from: string, origin: string): boolean {
  if (from === origin) return true
  const [a, b] = [URL.parse(from), URL.parse(origin)]
  return (
    a !== null &&
    b !== null &&
    a.protocol === b.protocol &&
    a.port === b.port &&
    isLoopback(a.hostname) &&
    isLoopback(b.hostname)
  )
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
