import type { PortalAnswer, PortalRequest } from '../protocol.ts'
import type { Admittance } from './admission.ts'
import { sendBytes } from './bytes.ts'
import type { Calls } from './calls.ts'
import { readPortalRequest } from './portal-request.ts'
import { ownProblem, problemOf } from './problems.ts'
import type { Port } from './surroundings.ts'
import { startUpload, type Upload } from './upload.ts'

/** Requests of one page under way at once. A page of ours never comes near it. */
const most = 32

export interface PortParts {
  readonly calls: Calls
  /** Opens the extension's own window at a path of the gateway. */
  readonly openWindow: (gateway: string, path: string) => Promise<void>
  /** Opens the extension's own page where a gateway is looked at closer. */
  readonly openPairing: (gateway: string) => Promise<void>
  /** The page is gone. */
  readonly closed: () => void
}

/**
 * Serves a portal page over its port, from its admission until it is gone. The page is ours, and still it gets only
 * what it needs: answers of the one gateway it was opened for, and never a token.
 */
export function servePort(
  port: Port,
  admit: (admission: unknown) => Promise<Admittance | undefined>,
  parts: PortParts,
): void {
  const running = new Map<number, { readonly abort: AbortController; upload?: Upload }>()
  let admittance: Promise<Admittance | undefined> | undefined
  let open = true

  const post = (answer: PortalAnswer) => {
    if (open) port.postMessage(answer)
  }

  const begin = async (message: unknown) => {
    const admitted = await admit(message)
    if (admitted) post({ admitted: admitted.admitted, resume: admitted.resume })
    else {
      post({ refused: true })
      port.disconnect()
    }
    return admitted
  }

  const answer = async (request: PortalRequest) => {
    const { id } = request
    const admitted = await admittance
    if (!admitted || !open) return
    if (request.call === 'abort') return running.get(id)?.abort.abort()
    if (request.call === 'piece') return running.get(id)?.upload?.take(request)
    if (running.has(id)) return
    const one: { abort: AbortController; upload?: Upload } = { abort: new AbortController() }
    if (running.size < most) running.set(id, one)
    try {
      if (!running.has(id)) throw ownProblem('too-many', 'Too much is being asked at once.')
      const value = await serve(request, admitted.entry, one)
      if (request.call !== 'bytes') post({ id, value: value ?? null })
    } catch (error) {
      post({ id, problem: problemOf(error) })
    } finally {
      if (running.get(id) === one) running.delete(id)
    }
  }

  /** The value of the answer. Bytes answer for themselves, in pieces. */
  const serve = async (
    request: Exclude<PortalRequest, { call: 'abort' | 'piece' }>,
    entry: Admittance['entry'],
    one: { readonly abort: AbortController; upload?: Upload },
  ): Promise<unknown> => {
    const { signal } = one.abort
    if (request.call === 'pair') return parts.openPairing(unknownGateway(entry))
    // A verdict has no gateway to ask anything of.
    if (entry.show !== 'portal') throw refused()
    const { gateway } = entry
    switch (request.call) {
      case 'json': {
        const { method, path, body } = request
        // What changes something is not called back: half sent and half not would be the worst of all.
        return parts.calls.json(gateway, method, path, method === 'GET' ? { signal } : { body })
      }
      case 'bytes':
        return sendBytes(request.id, await parts.calls.open(gateway, request.path, signal), post)
      case 'upload':
        one.upload = startUpload(request, { gateway, calls: parts.calls, post, signal })
        return one.upload.done
      case 'window':
        if (!/^\/[^/\\]/.test(request.path) || request.path.length > 1000) throw refused()
        return parts.openWindow(gateway, request.path)
    }
  }

  port.onMessage.addListener((message) => {
    if (!admittance) {
      admittance = begin(message)
      admittance.catch(() => port.disconnect())
      return
    }
    const request = readPortalRequest(message)
    // What is no request of ours has no id to answer to.
    if (request) void answer(request)
  })
  port.onDisconnect.addListener(() => {
    open = false
    for (const { abort } of running.values()) abort.abort()
    parts.closed()
  })
}

function unknownGateway(entry: Admittance['entry']): string {
  if (entry.show !== 'verdict' || entry.verdict.state !== 'unknown') throw refused()
  if (entry.verdict.gateway === null) throw refused()
  return entry.verdict.gateway
}

function refused() {
  return ownProblem('not-allowed', 'This page may not ask that.')
}
