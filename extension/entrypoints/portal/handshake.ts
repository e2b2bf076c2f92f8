/** A nonce as `gateways/tickets.ts` makes it: 32 bytes, base64url. */
const nonceShape = /^[\w-]{43}$/

export interface Received {
  readonly nonce: string
  /** To the content script that mounted this frame. */
  readonly port: MessagePort
}

/**
 * Waits for the content script's one handover (`webmail/mount.ts`).
 *
 * Threat: anything may post to this frame. Only a message from the page around counts (below), in its exact shape and
 * with exactly one port; the first such message is taken and no other is ever looked at. The page around can forge one
 * (it shares the window with the content script), but no nonce: the background then refuses, and nothing is shown.
 */
export function receiveHandover(window: Window): Promise<Received> {
  return new Promise((resolve) => {
    const received = (event: MessageEvent<unknown>): void => {
      const [port, ...others] = event.ports
      if (!isAround(event.source, window)) return
      if (port === undefined || others.length > 0) return
      const nonce = handedOver(event.data)
      if (nonce === undefined) return
      window.removeEventListener('message', received)
      resolve({ nonce, port })
    }
    window.addEventListener('message', received)
  })
}

/** The page around; or a mail's frame in it, for the portal of a mail in a frame stands beside that frame. */
function isAround(source: MessageEventSource | null, window: Window): boolean {
  const { parent } = window
  if (source === null || parent === window || source === window) return false
  return source === parent || ('parent' in source && source.parent === parent)
}

function handedOver(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  if (Object.keys(data).sort().join() !== 'nonce,postern') return undefined
  if (!('postern' in data) || data.postern !== 'handover') return undefined
  if (!('nonce' in data) || typeof data.nonce !== 'string') return undefined
  return nonceShape.test(data.nonce) ? data.nonce : undefined
}

/** The nonce that the background put into the fragment of the extension's own window. */
export function windowNonce(location: Pick<Location, 'hash'>): string | undefined {
  const nonce = location.hash.slice(1)
  return nonceShape.test(nonce) ? nonce : undefined
}
