import type { FromFrame, Handover, Ticket, ToFrame } from '../protocol.ts'

export interface FramePort {
  say(message: ToFrame): void
}

export interface PortOptions {
  readonly iframe: HTMLIFrameElement
  readonly ticket: Ticket
  readonly heard: (message: FromFrame) => void
  /** The frame is not, or no longer, what we put there. */
  readonly lost: () => void
  readonly signal: AbortSignal
}

/**
 * Loads the portal into the blank frame and hands over nonce and port, once. Threat: whoever can make the frame load
 * something else. The handover goes to the extension's own origin alone, so another page in the frame gets nothing;
 * and anything that loads after it is not what we put there.
 */
export function connectFrame({ iframe, ticket, heard, lost, signal }: PortOptions): FramePort {
  const { port1: port, port2: theirs } = new MessageChannel()
  let handedOver = false
  const loaded = () => {
    if (isBlank(iframe)) {
      // Some browsers report the blank page as loaded, late; after the handover it would be another one.
      if (handedOver) lost()
      return
    }
    if (handedOver) {
      lost()
      return
    }
    handedOver = true
    const handover: Handover = { postern: 'handover', nonce: ticket.nonce }
    iframe.contentWindow?.postMessage(handover, ticket.origin, [theirs])
  }
  iframe.addEventListener('load', loaded, { signal })
  port.addEventListener('message', (event: MessageEvent<FromFrame>) => heard(event.data), { signal })
  // Where a browser tells of it: the document at the other end is gone.
  port.addEventListener('close', lost, { signal })
  port.start()
  signal.addEventListener('abort', () => port.close())
  iframe.contentWindow?.location.replace(ticket.url)
  return { say: (message) => port.postMessage(message) }
}

function isBlank(iframe: HTMLIFrameElement): boolean {
  try {
    return iframe.contentWindow?.location.href === 'about:blank'
  } catch {
    // Another origin's: ours, if the handover finds it.
    return false
  }
}
