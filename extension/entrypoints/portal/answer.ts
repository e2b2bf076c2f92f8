import { type Problem, ProblemError } from '../../../shared/contract/index.ts'
import type { CallAnswer } from './wire.ts'

/** The refusal that an answer is. */
export function problemOf(answer: CallAnswer): Error {
  // The background is ours and sends the gateway's problem, or its own, in the contract's shape.
  return 'problem' in answer
    ? new ProblemError(answer.problem as Problem)
    : new Error('the background answered something else than was asked')
}
