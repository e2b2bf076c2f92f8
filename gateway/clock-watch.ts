import type { Logger } from 'pino'

/** Whether this machine's clock can be believed in what can't be undone: a message that has expired is shredded. */
export interface ClockWatch {
  /** To be asked about once a minute. Logs when it begins not to be believed. */
  believed(): boolean
}

/** Clocks are set right by less than this all the time, ms. */
const usual = 5 * 60_000
/** A clock that jumped and stays is believed after this, ms: time for a person, or for NTP, to set it right. */
const patience = 60 * 60_000
/** A gateway that was stopped for longer than this may have come up with a wrong clock, ms. */
const longStop = 24 * 60 * 60_000

/**
 * Compares the clock of the machine with one that only ever runs.
 * @param lastSeen the newest time that the store knows of, ms; undefined: none.
 * @param monotonic ms from any moment on.
 */
export function createClockWatch({
  now,
  monotonic = () => performance.now(),
  lastSeen,
  log,
}: {
  now: () => number
  monotonic?: () => number
  lastSeen: number | undefined
  log: Logger
}): ClockWatch {
  const offset = () => now() - monotonic()
  let base = offset()
  let doubtedSince: number | undefined

  function doubt(by: number, why: string): void {
    doubtedSince = monotonic()
    log.warn(
      { minutes: Math.round(by / 60_000) },
      `${why}: for an hour nothing expires; set the clock right if it is wrong`,
    )
  }

  if (lastSeen !== undefined && Math.abs(now() - lastSeen) > (now() > lastSeen ? longStop : usual)) {
    // As it was when the gateway last worked: should the clock be set back to that, it is believed at once.
    base = lastSeen - monotonic()
    doubt(
      now() - lastSeen,
      now() > lastSeen
        ? 'by the clock of this machine the gateway was stopped for long'
        : 'the clock of this machine is behind what was stored last',
    )
  }
  return {
    believed() {
      const by = offset() - base
      if (Math.abs(by) <= usual || (doubtedSince !== undefined && monotonic() - doubtedSince >= patience)) {
        base += by
        doubtedSince = undefined
        return true
      }
      if (doubtedSince === undefined)
        doubt(by, `the clock of this machine has jumped ${by > 0 ? 'forward' : 'back'}`)
      return false
    },
  }
}
