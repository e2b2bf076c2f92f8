import type { Admission, Admitted, PortalAnswer, PortalRequest } from '../../protocol.ts'

/** What is used of `runtime.Port`. */
export interface RuntimePort {
  postMessage(message: unknown): void
  disconnect(): void
  readonly onMessage: { addListener(listener: (message: unknown) => void): void }
  readonly onDisconnect: { addListener(listener: () => void): void }
}

export interface WireOptions {
  /** `runtime.connect`; throws where the extension was updated or switched off. */
  readonly connect: () => RuntimePort
  /** The nonce of this page, or what a page loaded again kept of its admission. */
  readonly first: Admission
  /** Each time the background admits: what lets this page in again. */
  readonly admittedAgain: (resume: string) => void
  /** The background lets this page in no more: show nothing of a gateway any longer. */
  readonly refused: () => void
}

/** Answers to one call. */
export type CallAnswer = Exclude<PortalAnswer, { admitted: unknown } | { refused: unknown }>

export interface Call {
  /** Each answer, until `done` is called. */
  answered(answer: CallAnswer): void
  /** The background went to sleep or away before it was done. */
  broken(): void
}

type WithoutId<Request> = Request extends unknown ? Omit<Request, 'id'> : never

export interface RunningCall {
  /** Says more about the call: a piece, or that it is given up. */
  more(request: WithoutId<PortalRequest>): void
  done(): void
}

export interface Wire {
  /** Undefined where the background refuses. */
  readonly admitted: Promise<Admitted | undefined>
  start(request: WithoutId<PortalRequest>, call: Call): RunningCall
}

/**
 * The one port to the background. It lasts only as long as the background is awake: after that the next call connects
 * anew, is admitted by `resume`, and goes on; calls that were under way are told that they broke.
 */
export function createWire({ connect, first, admittedAgain, refused }: WireOptions): Wire {
  const running = new Map<number, Call>()
  const { promise: admitted, resolve: admit } = Promise.withResolvers<Admitted | undefined>()
  let admission = first
  let lastId = 0
  let over = false
  /** Requests wait until the background has let this connection in. */
  let current: { readonly port: RuntimePort; waiting: PortalRequest[] | undefined } | undefined

  const breakAll = () => {
    current = undefined
    const broken = [...running.values()]
    running.clear()
    for (const call of broken) call.broken()
  }
  const end = () => {
    over = true
    admit(undefined)
    refused()
    breakAll()
  }
  const received = (from: RuntimePort) => (message: unknown) => {
    if (current?.port !== from) return
    // From our own background alone: nobody else has this port.
    const answer = message as PortalAnswer
    if ('refused' in answer) {
      from.disconnect()
      end()
    } else if ('admitted' in answer) {
      admission = { resume: answer.resume }
      admittedAgain(answer.resume)
      admit(answer.admitted)
      const { waiting = [] } = current
      current.waiting = undefined
      for (const request of waiting) from.postMessage(request)
    } else running.get(answer.id)?.answered(answer)
  }
  const open = () => {
    const port = connect()
    current = { port, waiting: [] }
    port.onMessage.addListener(received(port))
    port.onDisconnect.addListener(() => {
      if (current?.port === port) breakAll()
    })
    port.postMessage(admission)
    return current
  }
  const send = (request: PortalRequest) => {
    try {
      const to = current ?? open()
      if (to.waiting) to.waiting.push(request)
      else to.port.postMessage(request)
    } catch {
      // Connecting throws only where this page has outlived its extension.
      if (current === undefined) end()
      else breakAll()
    }
  }

  try {
    open()
  } catch {
    end()
  }
  return {
    admitted,
    start: (request, call) => {
      lastId += 1
      const id = lastId
      running.set(id, call)
      if (over) queueMicrotask(breakAll)
      else send({ ...request, id })
      return {
        more: (further) => {
          if (running.has(id)) send({ ...further, id })
        },
        done: () => running.delete(id),
      }
    },
  }
}
