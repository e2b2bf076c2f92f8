import './progress.css'

interface ProgressProps {
  /** Accessible name: what is under way. */
  label: string
  /** 0 to `total`; undefined where it is not known how far it is. */
  value?: number
  total?: number
  /** Bytes and time left, in words. */
  detail?: string
}

/** How far something is that takes over a second. */
export function Progress({ label, value, total = 1, detail }: ProgressProps) {
  return (
    <div class="progress">
      <progress class="progress__bar" aria-label={label} max={total} value={value} />
      {detail === undefined ? null : <span class="progress__detail tabular">{detail}</span>}
    </div>
  )
}
