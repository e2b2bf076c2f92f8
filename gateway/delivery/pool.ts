import type { Session } from './smtp/index.ts'

/** Messages through one connection: some servers refuse more, and a balancer gets its chance. */
const mostMessages = 100
/** Idle connections are ended before servers end them (Postfix: 10 s to 300 s under stress), ms. */
const idleTime = 5_000
/** As long no more connections are tried than a server took, ms. */
const limitTime = 10_000

/** Connections that wait for the next message. Its user bounds how many there are at once. */
export interface Pool {
  /**
   * An idle connection under this key; undefined: a new one may be made. Where the server took no more than are in
   * use, waits until one of them is given back.
   */
  take(key: string): Promise<Session | undefined>
  /** Counts a new connection in. */
  add(key: string, session: Session): void
  /**
   * The server refused a connection beside those in use: it has its limit, and the message is to wait for one of
   * them (`take`) rather than for its next attempt. False where none is in use: then it takes nothing at all.
   */
  refused(key: string): boolean
  /** Gives one back: kept where it is open and has not sent too much. */
  give(key: string, session: Session): void
  /** Ends idle connections, and with `now` cuts those in use. */
  close(now: boolean): void
  /** Aborted where connections in use are cut: none is made any more. */
  readonly cutting: AbortSignal
}

/** @param steady ms that only go forward. */
export function createPool(steady: () => number = () => performance.now()): Pool {
  const idle = new Map<Session, { key: string; timer: NodeJS.Timeout }>()
  const taken = new Map<Session, string>()
  const limits = new Map<string, { most: number; until: number }>()
  const waiting: { key: string; go: () => void }[] = []
  const cutting = new AbortController()
  let closed = false

  const dismiss = (session: Session) => {
    clearTimeout(idle.get(session)?.timer)
    idle.delete(session)
    if (session.open) session.quit()
  }

  const inUse = (key: string) => [...taken.values()].filter((one) => one === key).length
  const isFull = (key: string) => {
    const limit = limits.get(key)
    if (limit && limit.until <= steady()) limits.delete(key)
    return !closed && inUse(key) >= (limits.get(key)?.most ?? Infinity)
  }
  const idleUnder = (key: string) => {
    for (const [session, one] of [...idle].reverse()) {
      if (one.key !== key) continue
      clearTimeout(one.timer)
      idle.delete(session)
      if (!session.open) continue
      taken.set(session, key)
      return session
    }
    return undefined
  }

  return {
    async take(key) {
      for (;;) {
        const session = idleUnder(key)
        if (session || !isFull(key)) return session
        await new Promise<void>((go) => waiting.push({ key, go }))
      }
    },

    add(key, session) {
      taken.set(session, key)
    },

    refused(key) {
      const most = inUse(key)
      if (most > 0) limits.set(key, { most, until: steady() + limitTime })
      return most > 0
    },

    give(key, session) {
      const under = taken.get(session)
      taken.delete(session)
      // Once it lies among the idle ones.
      queueMicrotask(() => {
        const next = waiting.findIndex((one) => one.key === under)
        if (next >= 0) waiting.splice(next, 1)[0]?.go()
      })
      if (!session.open) return
      if (closed || session.used >= mostMessages) {
        session.quit()
        return
      }
      const timer = setTimeout(() => dismiss(session), idleTime)
      timer.unref()
      idle.set(session, { key, timer })
    },

    close(now) {
      closed = true
      for (const session of [...idle.keys()]) dismiss(session)
      for (const { go } of waiting.splice(0)) go()
      if (!now) return
      cutting.abort()
      for (const session of taken.keys()) session.cut()
    },
    cutting: cutting.signal,
  }
}
