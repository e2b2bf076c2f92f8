/** Smaller differences are no jump: a clock is steered, and a busy process reads two clocks one after the other. */
const least = 2000

/** Notices that the time of day is not what it should be by the time that has passed. */
export interface JumpWatch {
  /** By how much the clock has jumped since the last look, ms; below 0: back. 0: it has not. */
  look(): number
}

/** @param now ms since 1970, which a person or a time server may set. @param steady ms that only go forward. */
export function createJumpWatch(now: () => number, steady: () => number): JumpWatch {
  let difference = now() - steady()
  return {
    look() {
      const jump = now() - steady() - difference
      if (Math.abs(jump) < least) return 0
      difference += jump
      return jump
    },
  }
}
