import type { Admission } from '../../protocol.ts'
import { receiveHandover, windowNonce } from './handshake.ts'

export interface Entry {
  readonly admission: Admission
  /** To the content script; null in the extension's own window. */
  readonly port: MessagePort | null
}

const kept = /^#resume\.([\w-]{43})$/

/**
 * What this page may ask to be admitted with: in a frame what the content script hands over, in the extension's own
 * window what stands in the fragment. Undefined where there is nothing: then nothing is shown.
 */
export async function readEntry(window: Window): Promise<Entry | undefined> {
  if (window.parent !== window) {
    const { nonce, port } = await receiveHandover(window)
    return { admission: { nonce }, port }
  }
  const resume = kept.exec(window.location.hash)?.[1]
  if (resume !== undefined) return { admission: { resume }, port: null }
  const nonce = windowNonce(window.location)
  return nonce === undefined ? undefined : { admission: { nonce }, port: null }
}

/** In the extension's own window: so that it can be loaded again. The address bar of a window is no page's to read. */
export function keepResume(window: Window, resume: string): void {
  if (window.parent === window) window.history.replaceState(null, '', `#resume.${resume}`)
}
