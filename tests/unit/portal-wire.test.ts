import { describe, expect, test } from 'vitest'
import { askOnce, createPortalTransport } from '../../extension/entrypoints/portal/calls.ts'
import { createWire, type RuntimePort } from '../../extension/entrypoints/portal/wire.ts'
import type { Admission, Admitted, PortalAnswer, PortalRequest } from '../../extension/protocol.ts'
import { ProblemError } from '../../shared/contract/index.ts'

/** A background that the test answers for. */
function backgroundOf(answer: (request: PortalRequest, say: (answer: PortalAnswer) => void) => void) {
  const admissions: Admission[] = []
  const requests: PortalRequest[] = []
  let connections = 0
  let gone = false
  let refusing = false
  let drop = () => {}
  const connect = (): RuntimePort => {
    if (gone) throw new Error('Extension context invalidated.')
    connections += 1
    let alive = true
    let heard: (message: unknown) => void = () => {}
    let ended = () => {}
    drop = () => {
      alive = false
      ended()
    }
    const say = (value: PortalAnswer) => {
      queueMicrotask(() => {
        if (alive) heard(structuredClone(value))
      })
    }
    return {
      postMessage: (message) => {
        if (!alive) throw new Error('Attempting to use a disconnected port object')
        const given = message as Admission | PortalRequest
        if ('call' in given) {
          requests.push(given)
          answer(given, say)
          return
        }
        admissions.push(given)
        if (refusing) say({ refused: true })
        else say({ admitted, resume: 'again' })
      },
      disconnect: () => {
        alive = false
      },
      onMessage: {
        addListener: (listener) => {
          heard = listener
        },
      },
      onDisconnect: {
        addListener: (listener) => {
          ended = listener
        },
      },
    }
  }
  return {
    connect,
    admissions,
    requests,
    connections: () => connections,
    sleep: () => drop(),
    refuse: () => {
      refusing = true
    },
    goAway: () => {
      gone = true
      drop()
    },
  }
}

const admitted: Admitted = {
  show: 'portal',
  gateway: 'https://mail.example',
  host: 'mail.example',
  name: 'Example',
  path: '/portal/inbox',
  purpose: 'read',
  place: 'frame',
  settings: {
    language: null,
    appearance: 'system',
    passwords: 'inline',
    unwrap: true,
    personal: null,
    locked: [],
  },
}

const words = () => ({ title: 'It broke off', detail: 'Look before you try again.' })

function open(background: ReturnType<typeof backgroundOf>) {
  const refused: true[] = []
  const kept: string[] = []
  const wire = createWire({
    connect: background.connect,
    first: { nonce: 'once' },
    admittedAgain: (resume) => kept.push(resume),
    refused: () => refused.push(true),
  })
  return { wire, refused, kept, transport: createPortalTransport(wire, words) }
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no problem',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
  )
const turns = async (count = 10) => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve()
}

describe('being let in', () => {
  test('the nonce is said once, then only what was given for it', async () => {
    const background = backgroundOf((request, say) => say({ id: request.id, value: 1 }))
    const { wire, transport, kept } = open(background)
    expect(await wire.admitted).toEqual(admitted)
    background.sleep()
    await transport.json('GET', '/api/session')
    expect(background.admissions).toEqual([{ nonce: 'once' }, { resume: 'again' }])
    expect(kept).toEqual(['again', 'again'])
  })

  test('nothing is asked before the background has let the page in', async () => {
    const background = backgroundOf(() => undefined)
    background.refuse()
    const { wire, refused, transport } = open(background)
    const call = codeOf(transport.json('GET', '/api/session'))
    expect(await wire.admitted).toBeUndefined()
    expect(refused).toHaveLength(1)
    expect(await call).toBe('interrupted')
    expect(background.requests).toEqual([])
  })

  test('a page that outlived its extension is over, and says so', async () => {
    const background = backgroundOf((request, say) => say({ id: request.id, value: 1 }))
    const { wire, refused, transport } = open(background)
    await wire.admitted
    background.goAway()
    expect(await codeOf(transport.json('GET', '/api/session'))).toBe('interrupted')
    expect(refused).toHaveLength(1)
  })
})

describe('when the background falls asleep', () => {
  test('nobody wakes it before something is needed', async () => {
    const background = backgroundOf(() => undefined)
    const { wire } = open(background)
    await wire.admitted
    background.sleep()
    await turns()
    expect(background.connections()).toBe(1)
  })

  test('a question that was under way is asked again', async () => {
    let first = true
    const background = backgroundOf((request, say) => {
      if (first) first = false
      else say({ id: request.id, value: 'answered' })
    })
    const { wire, transport } = open(background)
    await wire.admitted
    const call = transport.json('GET', '/api/messages?folder=inbox')
    background.sleep()
    expect(await call).toBe('answered')
  })

  test('a message that was being sent is not sent again, and the person is told to look', async () => {
    const background = backgroundOf(() => undefined)
    const { wire, transport } = open(background)
    await wire.admitted
    const call = transport.json('POST', '/api/drafts/1/send', {})
    background.sleep()
    const error: unknown = await call.catch((one: unknown) => one)
    expect(error).toBeInstanceOf(ProblemError)
    expect(error).toHaveProperty('problem.code', 'interrupted')
    expect(error).toHaveProperty('problem.detail', 'Look before you try again.')
    expect(background.requests).toHaveLength(1)
  })

  test.each([
    ['PUT', '/api/drafts/1'],
    ['POST', '/api/messages/1/open'],
    ['POST', '/api/password/check'],
    ['POST', '/api/sign-in/methods'],
  ] as const)('%s %s may be repeated', async (method, path) => {
    let first = true
    const background = backgroundOf((request, say) => {
      if (first) first = false
      else say({ id: request.id, value: null })
    })
    const { wire, transport } = open(background)
    await wire.admitted
    const call = transport.json(method, path, {})
    background.sleep()
    expect(await codeOf(call)).toBe('no problem')
  })

  test.each([
    ['POST', '/api/sign-in'],
    ['POST', '/api/password'],
    ['POST', '/api/drafts'],
    ['DELETE', '/api/drafts/1'],
  ] as const)('%s %s is not repeated', async (method, path) => {
    const background = backgroundOf(() => undefined)
    const { wire, transport } = open(background)
    await wire.admitted
    const call = transport.json(method, path, {})
    background.sleep()
    expect(await codeOf(call)).toBe('interrupted')
    expect(background.requests).toHaveLength(1)
  })

  test('a background that keeps going away is not asked for ever', async () => {
    const background = backgroundOf(() => queueMicrotask(() => background.sleep()))
    const { wire, transport } = open(background)
    await wire.admitted
    expect(await codeOf(transport.json('GET', '/api/session'))).toBe('interrupted')
    expect(background.requests).toHaveLength(3)
  })
})

describe('files', () => {
  test('a refusal of the gateway arrives as it was said', async () => {
    const problem = {
      type: 'about:blank',
      title: 'No',
      status: 404,
      detail: 'Gone.',
      code: 'message-unknown',
    }
    const background = backgroundOf((request, say) => say({ id: request.id, problem }))
    const { wire, transport } = open(background)
    await wire.admitted
    expect(await codeOf(transport.bytes('/api/messages/1/attachments/0'))).toBe('message-unknown')
  })

  test('bytes come in pieces and make one file, with progress', async () => {
    const background = backgroundOf((request, say) => {
      say({ id: request.id, base64: btoa('first '), type: 'text/plain', last: false })
      say({ id: request.id, base64: btoa('second'), last: true })
    })
    const { wire, transport } = open(background)
    await wire.admitted
    const seen: number[] = []
    const blob = await transport.bytes('/api/x', { progress: (received) => seen.push(received) })
    expect(await blob.text()).toBe('first second')
    expect(blob.type).toBe('text/plain')
    expect(seen).toEqual([6, 12])
  })

  test('a download that is given up stops, here and in the background', async () => {
    const background = backgroundOf((request, say) => {
      if (request.call === 'bytes') say({ id: request.id, base64: btoa('first'), last: false })
    })
    const { wire, transport } = open(background)
    await wire.admitted
    const abort = new AbortController()
    const call = transport.bytes('/api/x', { signal: abort.signal })
    await turns()
    abort.abort()
    await expect(call).rejects.toHaveProperty('name', 'AbortError')
    expect(background.requests.map(({ call: name }) => name)).toEqual(['bytes', 'abort'])
  })

  test('an upload goes piece by piece as the gateway takes it, whole and in order', async () => {
    const taken: Uint8Array[] = []
    let sent = 0
    const background = backgroundOf((request, say) => {
      if (request.call === 'upload') say({ id: request.id, next: true, sent: 0 })
      if (request.call !== 'piece') return
      const piece = Uint8Array.from(atob(request.base64), (character) => character.charCodeAt(0))
      taken.push(piece)
      sent += piece.length
      if (request.last) say({ id: request.id, value: { id: 'file-1' } })
      else say({ id: request.id, next: true, sent })
    })
    const { wire, transport } = open(background)
    await wire.admitted
    const bytes = Uint8Array.from({ length: 2_500_000 }, (_, at) => (at * 31) % 251)
    const seen: number[] = []
    const done = await transport.upload('/api/drafts/1/files?name=a&type=b', new Blob([bytes]), {
      progress: ({ sent: now, total }) => seen.push(now / total),
    })
    expect(done).toEqual({ id: 'file-1' })
    expect(taken.map(({ length }) => length)).toEqual([1 << 20, 1 << 20, 2_500_000 - (2 << 20)])
    expect(Buffer.concat(taken).equals(Buffer.from(bytes))).toBe(true)
    expect(seen).toEqual([0, (1 << 20) / 2_500_000, (2 << 20) / 2_500_000])
  })

  test('an empty file is a piece as well', async () => {
    const background = backgroundOf((request, say) => {
      if (request.call === 'upload') say({ id: request.id, next: true, sent: 0 })
      else say({ id: request.id, value: 'kept' })
    })
    const { wire, transport } = open(background)
    await wire.admitted
    expect(await transport.upload('/api/drafts/1/files', new Blob([]), {})).toBe('kept')
    expect(background.requests.at(-1)).toMatchObject({ call: 'piece', base64: '', last: true })
  })

  test('an upload that is cancelled is given up in the background too', async () => {
    const background = backgroundOf(() => undefined)
    const { wire, transport } = open(background)
    await wire.admitted
    const abort = new AbortController()
    const call = transport.upload('/api/x', new Blob(['abc']), { signal: abort.signal })
    await turns()
    abort.abort()
    await expect(call).rejects.toHaveProperty('name', 'AbortError')
    expect(background.requests.at(-1)).toMatchObject({ call: 'abort' })
  })
})

test('a window that can not be opened is said, not swallowed', async () => {
  const background = backgroundOf((request, say) =>
    say({ id: request.id, problem: { type: 'about:blank', title: '', status: 400, detail: '', code: 'no' } }),
  )
  const { wire } = open(background)
  expect(await codeOf(askOnce(wire, { call: 'window', path: '/portal/inbox' }))).toBe('no')
})
