import type { PortalAnswer, PortalRequest } from '../protocol.ts'
import { readUploadPath } from './api-path.ts'
import { fromBase64 } from '../base64.ts'
import type { Calls } from './calls.ts'
import { ownProblem } from './problems.ts'
import { isRecord, isText } from './records.ts'

/** Largest piece that a page may give, bytes; the gateway takes no more at once. */
const mostPiece = 1024 * 1024

/** A file on its way from a page to a gateway, one piece at a time, so that what is shown as sent has arrived. */
export interface Upload {
  /** The page's next piece. */
  take(piece: Extract<PortalRequest, { call: 'piece' }>): void
  /** Resolves with the gateway's answer to the last piece. Rejects with ProblemError; nothing is left there then. */
  readonly done: Promise<unknown>
}

export function startUpload(
  request: Extract<PortalRequest, { call: 'upload' }>,
  given: {
    readonly gateway: string
    readonly calls: Calls
    readonly post: (answer: PortalAnswer) => void
    readonly signal: AbortSignal
  },
): Upload {
  const { signal } = given
  let waiting = Promise.withResolvers<Extract<PortalRequest, { call: 'piece' }>>()
  // Nobody waits for this first one; it may be rejected all the same.
  waiting.promise.catch(() => undefined)
  const aborted = () => waiting.reject(ownProblem('aborted', 'The upload was cancelled.'))
  signal.addEventListener('abort', aborted)
  const next = (sent: number) => {
    waiting = Promise.withResolvers()
    if (signal.aborted) aborted()
    else given.post({ id: request.id, next: true, sent })
    return waiting.promise
  }
  return {
    take: (piece) => waiting.resolve(piece),
    done: send(request, next, given).finally(() => signal.removeEventListener('abort', aborted)),
  }
}

async function send(
  { path, type, size }: Extract<PortalRequest, { call: 'upload' }>,
  next: (sent: number) => Promise<{ readonly base64: string; readonly last: boolean }>,
  { gateway, calls, signal }: { gateway: string; calls: Calls; signal: AbortSignal },
): Promise<unknown> {
  const target = readUploadPath(path)
  if (!target) throw ownProblem('not-allowed', 'Files can only be added to a draft.')
  const uploads = `/api/drafts/${target.draft}/uploads`
  const query = new URLSearchParams({ name: target.name, type: target.type || type, size: `${size}` })
  const begun = await calls.json(gateway, 'POST', `${uploads}?${query}`, { body: {}, signal })
  const uploadId = isRecord(begun) && isText(begun['uploadId'], 200) ? begun['uploadId'] : undefined
  if (uploadId === undefined) throw ownProblem('no-answer', 'The gateway did not take the file.')
  const upload = `${uploads}/${encodeURIComponent(uploadId)}`
  try {
    for (let sent = 0; ;) {
      const { base64, last } = await next(sent)
      const octets = fromBase64(base64)
      if (
        !octets ||
        octets.length > mostPiece ||
        sent + octets.length > size ||
        last !== (sent + octets.length === size)
      ) {
        throw ownProblem('malformed', 'The file changed while it was sent.')
      }
      const answer = await calls.json(gateway, 'POST', `${upload}?offset=${sent}`, { octets, signal })
      sent += octets.length
      if (last) return answer
    }
  } catch (error) {
    // Not waited for, and without the signal: the page may be gone, and what is there must go as well.
    void calls.json(gateway, 'DELETE', upload).catch(() => undefined)
    throw error
  }
}
