/**
 * The HTTP edge: the portal's API (shared/contract), pages, downloads, and what monitors and programs ask. Relies
 * on every part inside; nothing inside knows it. Promises: a route takes a full session unless it says otherwise;
 * GET and HEAD change nothing; another site can act for nobody; errors are problems (RFC 9457) and tell nothing
 * of the inside; every answer carries the security headers.
 */
export { bindHttp, type BoundHttp, portProblem } from './bind.ts'
export type { HttpParts } from './parts.ts'
export { createHttp, type Http, type HttpRoute } from './server.ts'
