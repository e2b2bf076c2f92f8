import type { createOpener } from './opener.ts'
import type { createReplyBar } from './reply-bar.ts'

/**
 * What opens things: the second content script (entrypoints/open.ts), which the background puts into a frame once
 * there is something to open. Most pages pay for the finder alone.
 */
export interface Kit {
  readonly createOpener: typeof createOpener
  readonly createReplyBar: typeof createReplyBar
}

/** Where both scripts meet: the globals of our own isolated world, which no page sees. */
const place = 'posternKit'

export function offerKit(scope: object, kit: Kit): void {
  Object.assign(scope, { [place]: kit })
}

export function kitIn(scope: object): Kit | undefined {
  // Ours alone: see `place`.
  return (scope as { [place]?: Kit })[place]
}
