import {
  offline,
  ProblemError,
  readProblem,
  type Transport,
  type UploadProgress,
} from '../../shared/contract/index.ts'

/** Reaches the gateway the page came from; the session goes with the cookie. */
export function createTransport(): Transport {
  const call = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(path, { credentials: 'same-origin', cache: 'no-store', ...init }).catch(
      (cause: unknown) => {
        throw Object.assign(new ProblemError(offline), { cause })
      },
    )
    if (!response.ok)
      throw new ProblemError(readProblem(response.status, await response.text().catch(() => '')))
    return response
  }
  return {
    json: async (method, path, body) => {
      const response = await call(
        path,
        body === undefined
          ? { method }
          : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      )
      if (response.status === 204) return undefined
      const answer: unknown = await response.json()
      return answer
    },
    bytes: async (path) => (await call(path, { method: 'GET' })).blob(),
    upload,
  }
}

/** XMLHttpRequest, since fetch does not say how much has been sent. */
const upload: Transport['upload'] = (path, file, { progress, signal }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    const settled = () => signal?.removeEventListener('abort', abort)
    request.open('POST', path)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = ({ loaded, total }) =>
      progress?.({ sent: loaded, total: total || file.size } satisfies UploadProgress)
    request.onload = () => {
      settled()
      if (request.status < 300) resolve(JSON.parse(request.responseText || 'null'))
      else reject(new ProblemError(readProblem(request.status, request.responseText)))
    }
    request.onerror = () => {
      settled()
      reject(new ProblemError(offline))
    }
    request.onabort = () => {
      settled()
      reject(new DOMException('The upload was cancelled.', 'AbortError'))
    }
    signal?.addEventListener('abort', abort)
    request.send(file)
    if (signal?.aborted) abort()
  })
