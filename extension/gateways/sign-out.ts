import { ProblemError } from '../../shared/contract/index.ts'
import type { Calls } from './calls.ts'
import type { Sessions } from './sessions.ts'

export interface SignOut {
  /** At one gateway, here. */
  at(gateway: string): Promise<void>
  /** At every gateway, on every device. */
  everywhere(): Promise<void>
}

/** A gateway that can't be reached keeps nobody signed in here: the token is thrown away in any case. */
export function createSignOut(sessions: Sessions, calls: Calls): SignOut {
  const end = async (gateway: string, everywhere: boolean) => {
    if (!(await sessions.read(gateway))) return
    try {
      const signal = AbortSignal.timeout(10_000)
      await calls.json(gateway, 'POST', '/api/sign-out', { body: { everywhere }, signal })
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
    } finally {
      await sessions.end(gateway)
    }
  }
  return {
    at: (gateway) => end(gateway, false),
    everywhere: async () => {
      const gateways = Object.keys(await sessions.all())
      await Promise.all(gateways.map((gateway) => end(gateway, true)))
    },
  }
}
