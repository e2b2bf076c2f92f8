import { useLayoutEffect, useRef } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'
import './error-summary.css'

export interface FieldProblem {
  /** Id of the field; its label takes the focus when the line is chosen. */
  readonly field: string
  readonly text: string
}

interface ErrorSummaryProps {
  title: string
  problems?: readonly FieldProblem[]
  /** Grows with every try, so that the focus comes here again. */
  attempt: number
  children?: ComponentChildren
}

/** What is wrong with a form, above it; takes the focus when it appears and leads to the fields. */
export function ErrorSummary({ title, problems = [], attempt, children }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => box.current?.focus(), [attempt])
  return (
    <div class="error-summary" role="alert" tabIndex={-1} ref={box}>
      <Icon name="error" />
      <div class="error-summary__words">
        <h2 class="error-summary__title">{title}</h2>
        {children}
        {problems.length === 0 ? null : (
          <ul>
            {problems.map(({ field, text }) => (
              <li key={field}>
                <a
                  href={`#${field}`}
                  onClick={(event) => {
                    event.preventDefault()
                    document.getElementById(field)?.focus()
                  }}
                >
                  {text}
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}
