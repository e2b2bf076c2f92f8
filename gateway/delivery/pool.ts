import type { Session } from './session.ts'

/** Messages through one connection: some servers refuse more, and a balancer gets its chance. */
const mostMessages = 100
/** Idle connections are ended before servers end them (Postfix: 10 s to 300 s under stress), ms. */
const idleTime = 5_000

/** Connections to one server, kept for the next message. Its user bounds how many are taken at once. */
export interface Pool {
  /** An idle connection, or a new one. `fresh` asks for a new one. Rejects as `connect` does. */
  take(fresh?: boolean): Promise<{ session: Session; reused: boolean }>
  /** Gives one back: kept where it is open and has not sent too much. */
  give(session: Session): void
  /** Ends idle connections, and with `now` cuts those in use. */
  close(now: boolean): void
}

export function createPool(connect: () => Promise<Session>): Pool {
  const idle = new Map<Session, NodeJS.Timeout>()
  const taken = new Set<Session>()
  let closed = false

  const dismiss = (session: Session) => {
    clearTimeout(idle.get(session))
    idle.delete(session)
    if (session.open) session.quit()
  }

  return {
    async take(fresh = false) {
      for (const session of fresh ? [] : [...idle.keys()].reverse()) {
        clearTimeout(idle.get(session))
        idle.delete(session)
        if (!session.open) continue
        taken.add(session)
        return { session, reused: true }
      }
      const session = await connect()
      taken.add(session)
      return { session, reused: false }
    },

    give(session) {
      taken.delete(session)
      if (!session.open) return
      if (closed || session.used >= mostMessages) {
        session.quit()
        return
      }
      const timer = setTimeout(() => dismiss(session), idleTime)
      timer.unref()
      idle.set(session, timer)
    },

    close(now) {
      closed = true
      for (const session of [...idle.keys()]) dismiss(session)
      if (now) for (const session of taken) session.cut()
    },
  }
}
