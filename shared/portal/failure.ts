import { ProblemError } from '../contract/index.ts'
import type { Portal } from './context.ts'

export interface Failure {
  readonly title: string
  readonly words: string
  /** True where trying again may help. */
  readonly retry: boolean
}

/**
 * What to tell the person about a rejected call. The gateway's own sentence is used where it has one: it knows best
 * what to do next. Anything else is our mistake and said as such.
 */
export function describeFailure({ t }: Pick<Portal, 't'>, error: unknown): Failure {
  if (error instanceof ProblemError) {
    const { code, title, detail, status } = error.problem
    if (code === 'offline')
      return { title: t('common.offline.title'), words: t('common.offline.words'), retry: true }
    if (status < 500) return { title, words: detail, retry: false }
  }
  return { title: t('common.failed.title'), words: t('common.failed.words'), retry: true }
}
