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
   * An idle connection under this key; undefined: a new one may be made. Where the server took no more than there
   * are, waits until one of them is given back. Rejects with what `Making.refused` was given where it took none.
   */
  take(key: string): Promise<Session | undefined>
  /** Counts a connection that is being made. */
  make(key: string): Making
  /** Gives one back: kept where it is open and has not sent too much. */
  give(key: string, session: Session): void
  /** Ends idle connections, and with `now` cuts those in use. */
  close(now: boolean): void
  /** Aborted where connections in use are cut: none is made any more. */
  readonly cutting: AbortSignal
}

/** A connection that is being made; ends with one of the three. */
export interface Making {
  /** It is there, and in use. */
  made(session: Session): void
  /** It could not be made. */
  failed(): void
  /**
   * The server turned it away. Where it has others it has its limit, and the message is to wait for one of them
   * (`take`) rather than for its next attempt; false where there are none: then whoever waits here fails as well.
   */
  refused(why: unknown): boolean
}

interface Waiting {
  readonly key: string
  readonly go: () => void
  readonly fail: (why: unknown) => void
}

/** @param steady ms that only go forward. */
export function createPool(steady: () => number = () => performance.now()): Pool {
  const idle = new Map<Session, { key: string; timer: NodeJS.Timeout }>()
  const taken = new Map<Session, string>()
  const making = new Set<{ readonly key: string }>()
  const limits = new Map<string, { most: number; until: number }>()
  const waiting: Waiting[] = []
  const cutting = new AbortController()
  let closed = false

  const dismiss = (session: Session) => {
    clearTimeout(idle.get(session)?.timer)
    idle.delete(session)
    if (session.open) session.quit()
  }

  const countOf = (key: string) =>
    [...taken.values(), ...[...making].map((one) => one.key)].filter((one) => one === key).length
  const isFull = (key: string) => {
    const limit = limits.get(key)
    if (limit && limit.until <= steady()) limits.delete(key)
    return !closed && countOf(key) >= (limits.get(key)?.most ?? Infinity)
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
  /** Those who wait for a connection, the longest first; they wait no more. */
  const waitingFor = (key: string | undefined, most = Infinity) => {
    const those = waiting.filter((one) => one.key === key).slice(0, most)
    for (const one of those) waiting.splice(waiting.indexOf(one), 1)
    return those
  }

  return {
    async take(key) {
      for (;;) {
        const session = idleUnder(key)
        if (session || !isFull(key)) return session
        await new Promise<void>((go, fail) => waiting.push({ key, go, fail }))
      }
    },

    make(key) {
      const one = { key }
      making.add(one)
      return {
        made(session) {
          making.delete(one)
          taken.set(session, key)
        },
        failed() {
          making.delete(one)
          // Nobody is left who could give one back.
          if (countOf(key) === 0) for (const { go } of waitingFor(key)) go()
        },
        refused(why) {
          making.delete(one)
          const most = countOf(key)
          if (most > 0) limits.set(key, { most, until: steady() + limitTime })
          else for (const { fail } of waitingFor(key)) fail(why)
          return most > 0
        },
      }
    },

    give(key, session) {
      const under = taken.get(session)
      taken.delete(session)
      // Once it lies among the idle ones.
      queueMicrotask(() => {
        for (const { go } of waitingFor(under, 1)) go()
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
