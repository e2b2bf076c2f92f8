import './spinner.css'

/** Something is under way. Nothing is shown in the first 150 ms, so that quick things do not flicker. */
export function Spinner({ label, small = false }: { label: string; small?: boolean }) {
  return (
    <span class={small ? 'spinner spinner_small' : 'spinner'} role="status">
      <span class="spinner__ring" aria-hidden="true" />
      <span class="unseen">{label}</span>
    </span>
  )
}

/** Grey bars in the place of lines to come, from 150 ms on. */
export function Skeleton({ lines, label }: { lines: number; label: string }) {
  return (
    <div class="skeleton" role="status">
      <span class="unseen">{label}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span class="skeleton__line" key={index} aria-hidden="true" />
      ))}
    </div>
  )
}
