import type { RuntimePort } from '../../../extension/entrypoints/portal/wire.ts'
import type {
  Admission,
  Admitted,
  PortalAnswer,
  PortalRequest,
  Settings,
  Verdict,
} from '../../../extension/protocol.ts'

/** What a test wants of the page. */
export interface Setup {
  readonly path?: string
  readonly purpose?: 'read' | 'reply'
  readonly place?: 'frame' | 'window'
  readonly verdict?: Verdict
  readonly settings?: Partial<Settings>
  readonly refuse?: boolean
  /** The frame without a mail around it: axe looks at whole pages. */
  readonly alone?: boolean
}

const chosen = { picture: 'lighthouse', phrase: 'harbour lantern birch' }

/**
 * Stands in for the background: answers the protocol over a port, with the stand-in gateway (tests/e2e/stand-in.ts)
 * behind it on this very origin. The real background is tested with a real gateway.
 */
export function createBackground(setup: Setup) {
  let settings: Settings = {
    language: null,
    appearance: 'system',
    passwords: 'inline',
    unwrap: true,
    personal: chosen,
    locked: [],
    ...setup.settings,
  }
  /** Requests by name, in order. */
  const asked: string[] = []
  const admissions: Admission[] = []
  let sleep = () => {}

  const admitted = (): Admitted => {
    const place = setup.place ?? 'frame'
    if (setup.verdict) return { show: 'verdict', verdict: setup.verdict, place, settings }
    return {
      show: 'portal',
      gateway: 'https://mail.postern.example',
      host: 'mail.postern.example',
      name: 'Example Ltd',
      path: setup.path ?? '/portal/inbox',
      purpose: setup.purpose ?? 'read',
      place,
      settings,
    }
  }

  const connect = (): RuntimePort => {
    const listeners: ((message: unknown) => void)[] = []
    const ends: (() => void)[] = []
    const pieces = new Map<number, { path: string; size: number; parts: string[]; sent: number }>()
    let alive = true
    sleep = () => {
      alive = false
      for (const end of ends) end()
    }
    const say = (answer: PortalAnswer) => {
      // As messages go: a turn later, and as JSON.
      setTimeout(() => {
        if (alive) for (const listener of listeners) listener(JSON.parse(JSON.stringify(answer)))
      })
    }
    const problem = (id: number, value: unknown) => say({ id, problem: value })
    const serve = async (request: PortalRequest) => {
      asked.push('path' in request ? `${request.call} ${request.path}` : request.call)
      const { id } = request
      switch (request.call) {
        case 'json': {
          const response = await fetch(request.path, {
            method: request.method,
            ...(request.body === undefined
              ? {}
              : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(request.body) }),
          })
          const text = await response.text()
          const value: unknown = text === '' ? undefined : JSON.parse(text)
          if (response.ok) say({ id, value })
          else problem(id, value)
          return
        }
        case 'bytes': {
          const response = await fetch(request.path)
          if (!response.ok) {
            problem(id, await response.json())
            return
          }
          const bytes = new Uint8Array(await response.arrayBuffer())
          const half = Math.ceil(bytes.length / 2)
          say({ id, base64: base64(bytes.subarray(0, half)), type: 'application/octet-stream', last: false })
          say({ id, base64: base64(bytes.subarray(half)), last: true })
          return
        }
        case 'upload':
          pieces.set(id, { path: request.path, size: request.size, parts: [], sent: 0 })
          say({ id, next: true, sent: 0 })
          return
        case 'piece': {
          const upload = pieces.get(id)
          if (!upload) return
          upload.parts.push(request.base64)
          upload.sent += atob(request.base64).length
          if (!request.last) {
            say({ id, next: true, sent: upload.sent })
            return
          }
          const body = Uint8Array.from(upload.parts.map(atob).join(''), (c) => c.charCodeAt(0))
          const response = await fetch(upload.path, { method: 'POST', body })
          const value: unknown = await response.json()
          if (response.ok) say({ id, value })
          else problem(id, value)
          return
        }
        case 'abort':
          pieces.delete(id)
          return
        case 'window':
        case 'pair':
          say({ id, value: null })
      }
    }
    return {
      postMessage: (message) => {
        if (!alive) throw new Error('the port is closed')
        const given = message as Admission | PortalRequest
        if ('call' in given) {
          serve(given).catch(() =>
            problem(given.id, { type: 'about:blank', title: 'x', status: 0, detail: 'x', code: 'offline' }),
          )
          return
        }
        admissions.push(given)
        if (setup.refuse) say({ refused: true })
        else say({ admitted: admitted(), resume: 'r'.repeat(43) })
      },
      disconnect: () => {
        alive = false
      },
      onMessage: { addListener: (listener) => listeners.push(listener) },
      onDisconnect: { addListener: (listener) => ends.push(listener) },
    }
  }

  return {
    connect,
    asked,
    admissions,
    /** The browser puts the background to sleep. */
    sleep: () => sleep(),
    keep: async (change: Partial<Settings>): Promise<Settings> => {
      settings = { ...settings, ...change }
      return settings
    },
  }
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}
