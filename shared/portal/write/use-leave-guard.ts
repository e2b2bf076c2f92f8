import { useLayoutEffect } from 'preact/hooks'

/** Asks before the page is left, but only while leaving would lose something. */
export function useLeaveGuard(wouldLose: boolean): void {
  // With the words on the screen, not after them: who reads "Saved" can leave.
  useLayoutEffect(() => {
    if (!wouldLose) return
    const guard = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', guard)
    return () => window.removeEventListener('beforeunload', guard)
  }, [wouldLose])
}
