import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { ErrorSummary } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { describeFailure } from '../failure.ts'

/** What is wrong, by id of the field. */
export type FieldErrors = Readonly<Record<string, string>>

/** A refusal of the gateway, in words: about the whole form, and about fields where it belongs to them. */
export interface Refusal {
  readonly title: string
  readonly words?: ComponentChildren
  readonly fields?: FieldErrors
}

interface Form {
  readonly busy: boolean
  readonly errors: FieldErrors
  /** Stands above the first field. */
  readonly summary: ComponentChildren
  /** Handler of the form: checks, sends, shows what is wrong. A second press while it is sent does nothing. */
  submit(
    check: () => FieldErrors,
    send: () => Promise<void>,
    refusal?: (error: unknown) => Refusal | undefined,
  ): (event: Event) => void
}

/** Checking and sending of a form of a few fields, the same everywhere. */
export function useForm(): Form {
  const portal = usePortal()
  const [state, setState] = useState<{ attempt: number; errors: FieldErrors; refusal?: Refusal }>({
    attempt: 0,
    errors: {},
  })
  const [busy, setBusy] = useState(false)
  const sending = useRef(false)

  const wrong = (errors: FieldErrors, refusal?: Refusal) =>
    setState(({ attempt }) => ({ attempt: attempt + 1, errors, ...(refusal ? { refusal } : {}) }))

  const run: Form['submit'] = (check, send, refusalOf) => (event) => {
    event.preventDefault()
    if (sending.current) return
    const errors = check()
    if (Object.keys(errors).length > 0) {
      wrong(errors)
      return
    }
    const control = event instanceof SubmitEvent ? (event.submitter ?? undefined) : undefined
    sending.current = true
    setBusy(true)
    setState(({ attempt }) => ({ attempt, errors: {} }))
    portal
      .guard(control)
      .then((allowed) => (allowed ? send() : undefined))
      .catch((error: unknown) => {
        const refusal: Refusal = refusalOf?.(error) ?? describeFailure(portal, error)
        wrong(refusal.fields ?? {}, refusal)
      })
      .finally(() => {
        sending.current = false
        setBusy(false)
      })
  }

  const problems = Object.entries(state.errors).map(([field, text]) => ({ field, text }))
  const shown = problems.length > 0 || state.refusal !== undefined
  return {
    busy,
    errors: state.errors,
    submit: run,
    summary: shown ? (
      <ErrorSummary
        attempt={state.attempt}
        title={state.refusal?.title ?? portal.t('sign-in.error.summary')}
        problems={problems}
      >
        {state.refusal?.words === undefined ? null : <div>{state.refusal.words}</div>}
      </ErrorSummary>
    ) : null,
  }
}
