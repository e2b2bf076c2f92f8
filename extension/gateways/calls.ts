import { offline, ProblemError, readProblem } from '../../shared/contract/index.ts'
import { isApiPath } from './api-path.ts'
import { ownProblem } from './problems.ts'
import { addressOf, readSessionState, type Sessions } from './sessions.ts'
import type { Surroundings } from './surroundings.ts'
import type { Trust } from './trust.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Every call to a gateway goes through here: only to trusted ones, only below /api/, with the session of now. */
export interface Calls {
  /** The answer's JSON, undefined where there is none. Rejects with ProblemError. */
  json(gateway: string, method: Method, path: string, options?: CallOptions): Promise<unknown>
  /** An answer whose body is still to be read. Rejects with ProblemError. */
  open(gateway: string, path: string, signal: AbortSignal): Promise<Response>
}

export interface CallOptions {
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as they are. */
  readonly octets?: Uint8Array<ArrayBuffer>
  readonly signal?: AbortSignal
}

/** How long a gateway may take for an answer that is no file, ms. */
const patience = 60_000
/** Requests whose answer brings a new session: the token stands in a header, no cookie is set. */
const givesSession: ReadonlySet<string> = new Set(['POST /api/sign-in', 'POST /api/password'])
const endsSession = 'POST /api/sign-out'

export function createCalls(trust: Trust, sessions: Sessions, { fetch }: Pick<Surroundings, 'fetch'>): Calls {
  const call = async (gateway: string, method: Method, path: string, options: CallOptions) => {
    if (!isApiPath(path, gateway)) throw ownProblem('not-allowed', 'This is no call to the gateway.')
    if (!(await trust.find(gateway))) {
      await sessions.end(gateway)
      throw ownProblem('not-trusted', 'You no longer trust this gateway.')
    }
    const route = `${method} ${path.split('?', 1)[0] ?? ''}`
    const token = (await sessions.read(gateway))?.token
    const response = await send(fetch, `${gateway}${path}`, {
      method,
      headers: headersOf(route, token, options),
      ...bodyOf(options),
      ...(options.signal && { signal: options.signal }),
    })
    if (response.ok) return { response, route, token }
    const problem = readProblem(response.status, await response.text().catch(() => ''))
    if (response.status === 401 && problem.code === 'signed-out') await sessions.end(gateway, token)
    throw new ProblemError(problem)
  }

  return {
    open: async (gateway, path, signal) => (await call(gateway, 'GET', path, { signal })).response,
    async json(gateway, method, path, options = {}) {
      const signals = [AbortSignal.timeout(patience), ...(options.signal ? [options.signal] : [])]
      const signal = AbortSignal.any(signals)
      const { response, route, token } = await call(gateway, method, path, { ...options, signal })
      const answer = await readJson(response)
      if (route === endsSession) await sessions.end(gateway)
      const state = readSessionState(answer)
      if (givesSession.has(route)) {
        const given = response.headers.get('x-postern-session')
        if (given === null || !/^[A-Za-z0-9_-]{16,200}$/.test(given)) {
          throw ownProblem('no-session', 'The gateway gave no session. It may be too old for this extension.')
        }
        await sessions.keep(gateway, { token: given, address: state ? addressOf(state) : null })
      } else if (route === 'GET /api/session' && token !== undefined && state) {
        await sessions.learn(gateway, token, state)
      }
      return answer
    },
  }
}

async function send(fetch: Surroundings['fetch'], url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, {
      ...init,
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    })
  } catch (cause) {
    throw Object.assign(new ProblemError(offline), { cause })
  }
}

function headersOf(route: string, token: string | undefined, { body, octets }: CallOptions): HeadersInit {
  return {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(givesSession.has(route) && { 'x-postern-session': 'bearer' }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(octets && { 'content-type': 'application/octet-stream' }),
  }
}

function bodyOf({ body, octets }: CallOptions): RequestInit {
  if (octets) return { body: octets }
  return body === undefined ? {} : { body: JSON.stringify(body) }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    const text = await response.text()
    return text === '' ? undefined : (JSON.parse(text) as unknown)
  } catch (cause) {
    throw Object.assign(new ProblemError(offline), { cause })
  }
}
