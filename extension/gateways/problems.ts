import { offline, type Problem, ProblemError } from '../../shared/contract/index.ts'

/** A refusal of our own, before anything was asked of the gateway. */
export function ownProblem(code: string, detail: string): ProblemError {
  return new ProblemError({
    type: 'about:blank',
    title: 'Refused by the extension',
    status: 400,
    detail,
    code,
  })
}

/** What went wrong, in the shape that the portal knows. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  return {
    ...offline,
    title: 'Failed',
    status: 500,
    code: 'failed',
    detail: 'Something went wrong. Try again.',
  }
}
