import { ProblemError } from '../../contract/index.ts'
import type { Portal } from '../context.ts'
import type { Refusal } from './form.tsx'

/** Words for a refused sign-in: no more than the gateway gives away, and how to go on. */
export function refusedSignIn({ t }: Pick<Portal, 't'>, error: unknown): Refusal | undefined {
  if (!(error instanceof ProblemError)) return undefined
  const { code, supportCode, retryAfter } = error.problem
  const support =
    supportCode === undefined ? null : (
      <p class="muted small">{t('sign-in.support-code', { code: supportCode })}</p>
    )
  if (retryAfter !== undefined)
    return {
      title: t('sign-in.error.wait.title'),
      words: (
        <>
          <p>
            {retryAfter < 90
              ? t('sign-in.error.wait', { count: retryAfter })
              : t('sign-in.error.wait-minutes', { count: Math.ceil(retryAfter / 60) })}
          </p>
          {support}
        </>
      ),
    }
  if (code !== 'sign-in-failed') return undefined
  return {
    title: t('sign-in.error.failed.title'),
    words: (
      <>
        <p>{t('sign-in.error.failed')}</p>
        {support}
      </>
    ),
  }
}
