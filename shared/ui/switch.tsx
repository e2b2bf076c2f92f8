import { useId } from 'preact/hooks'
import './switch.css'

interface SwitchProps {
  /** Accessible name, shown beside the switch. */
  label: string
  /** Words under the label, tied to the switch. */
  hint?: string | undefined
  on: boolean
  /** Set elsewhere: shown, not to be changed. The hint says by whom. */
  locked?: boolean
  /** Called with what is wished; the owner changes `on` when it holds. */
  onChange: (on: boolean) => void
}

/** Something that is on or off at once, without a button to confirm. On and off differ in shape, not only in colour. */
export function Switch({ label, hint, on, locked = false, onChange }: SwitchProps) {
  const id = useId()
  return (
    <div class="switch">
      <label class="switch__words" for={id}>
        <span class="switch__label wrap-anywhere" id={`${id}-label`}>
          {label}
        </span>
        {hint === undefined ? null : (
          <span class="switch__hint" id={`${id}-hint`}>
            {hint}
          </span>
        )}
      </label>
      <button
        id={id}
        type="button"
        role="switch"
        class="switch__button"
        aria-checked={on}
        aria-labelledby={`${id}-label`}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        aria-disabled={locked ? 'true' : undefined}
        onClick={() => {
          if (!locked) onChange(!on)
        }}
      >
        <span class="switch__track" aria-hidden="true">
          <span class="switch__knob" />
        </span>
      </button>
    </div>
  )
}
