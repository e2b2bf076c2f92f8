import type { Session } from './smtp/index.ts'

/** Messages through one connection: some servers refuse more, and a balancer gets its chance. */
const mostMessages = 100
/** Idle connections are ended before servers end them (Postfix: 10 s to 300 s under stress), ms. */
const idleTime = 5_000

/** Connections that wait for the next message. Its user bounds how many there are at once. */
export interface Pool {
  /** An idle connection under this key, or undefined. */
  take(key: string): Session | undefined
  /** Counts a new connection in. */
  add(session: Session): void
  /** Gives one back: kept where it is open and has not sent too much. */
  give(key: string, session: Session): void
  /** Ends idle connections, and with `now` cuts those in use. */
  close(now: boolean): void
  /** Aborted where connections in use are cut: none is made any more. */
  readonly cutting: AbortSignal
}

export function createPool(): Pool {
  const idle = new Map<Session, { key: string; timer: NodeJS.Timeout }>()
  const taken = new Set<Session>()
  const cutting = new AbortController()
  let closed = false

  const dismiss = (session: Session) => {
    clearTimeout(idle.get(session)?.timer)
    idle.delete(session)
    if (session.open) session.quit()
  }

  return {
    take(key) {
      for (const [session, one] of [...idle].reverse()) {
        if (one.key !== key) continue
        clearTimeout(one.timer)
        idle.delete(session)
        if (!session.open) continue
        taken.add(session)
        return session
      }
      return undefined
    },

    add(session) {
      taken.add(session)
    },

    give(key, session) {
      taken.delete(session)
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
      if (!now) return
      cutting.abort()
      for (const session of taken) session.cut()
    },
    cutting: cutting.signal,
  }
}
