/**
 * The portal's screens: signing in, lists, reading, answering. Relies on a host (gateway/web or the extension) for
 * the transport, the place and the wishes of the browser; reaches the gateway through shared/contract alone.
 * Promises: every screen by keyboard and screen reader, down to 320 px, in light and dark, left to right and right to
 * left; nothing typed is lost when a session ends.
 */
export { App } from './app.tsx'
export type { Portal, Surface } from './context.ts'
export { createPortal, type Host } from './portal.ts'
export { historyPlace, memoryPlace, type Place } from './routes.ts'
