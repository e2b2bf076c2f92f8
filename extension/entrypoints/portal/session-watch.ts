import type { Portal } from '../../../shared/portal/index.ts'

/** How often to look while a sign-in in the other window is awaited, ms, and how many times. */
const every = 2000
const times = 300

/**
 * The frames and windows of one gateway share a session. One that comes back into sight or gets the focus looks
 * whether somebody signed in or out in another.
 */
export function watchSession(window: Window, session: Portal['session']): { expectSignIn(): void } {
  const look = () => {
    if (window.document.visibilityState === 'visible') void session.notice()
  }
  window.addEventListener('focus', look)
  window.document.addEventListener('visibilitychange', look)
  let left = 0
  const lookAgain = () => {
    const { state } = session.view.peek()
    if (left <= 0 || state === 'signed-in') return
    left -= 1
    look()
    setTimeout(lookAgain, every)
  }
  return {
    expectSignIn: () => {
      const idle = left <= 0
      left = times
      if (idle) setTimeout(lookAgain, every)
    },
  }
}
