import { Counter, type Registry } from 'prom-client'
import { Problem } from '../problem.ts'
import type { SigningIn } from './sign-in.ts'

/** Counts attempts to sign in by way and outcome; why one failed stands in the record of sign-ins alone. */
export function counted(register: Registry, signing: SigningIn): SigningIn {
  const attempts = new Counter({
    name: 'postern_sign_ins_total',
    help: 'Attempts to sign in, in the portal or by SMTP AUTH, and what became of them',
    labelNames: ['way', 'outcome'],
    registers: [register],
  })

  async function count<T>(way: 'portal' | 'smtp', attempt: Promise<T>): Promise<T> {
    try {
      const result = await attempt
      attempts.inc({ way, outcome: result === undefined ? 'failure' : 'success' })
      return result
    } catch (error) {
      attempts.inc({ way, outcome: outcomeOf(error) })
      throw error
    }
  }

  return {
    signIn: (request) => count('portal', signing.signIn(request)),
    authenticate: (...credentials) => count('smtp', signing.authenticate(...credentials)),
  }
}

function outcomeOf(error: unknown): string {
  const code = error instanceof Problem ? error.code : ''
  if (code === 'sign-in-failed') return 'failure'
  if (code === 'too-many-attempts') return 'limited'
  return code === 'sign-in-busy' ? 'busy' : 'error'
}
