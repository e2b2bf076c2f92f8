import type { ComponentChildren, InputHTMLAttributes, Ref } from 'preact'
import { useId, useState } from 'preact/hooks'
import { IconButton } from './button.tsx'
import { Icon } from './icon.tsx'
import './field.css'

type Native = Pick<
  InputHTMLAttributes,
  | 'autocapitalize'
  | 'autocomplete'
  | 'autofocus'
  | 'enterkeyhint'
  | 'id'
  | 'inputmode'
  | 'maxlength'
  | 'name'
  | 'onBlur'
  | 'onFocus'
  | 'onKeyDown'
  | 'placeholder'
  | 'readonly'
  | 'required'
  | 'spellcheck'
>

interface FieldProps extends Native {
  type?: 'text' | 'email'
  /** Shown above and the accessible name. */
  label: string
  value: string
  onInput: (value: string) => void
  /** What is wrong and how to put it right; undefined where nothing is. */
  error?: string | undefined
  hint?: ComponentChildren
  inputRef?: Ref<HTMLInputElement>
}

/** One labelled line of text, with its hint and its error tied to it. */
export function Field({ label, type, value, onInput, error, hint, inputRef, id, ...native }: FieldProps) {
  const made = useId()
  const own = typeof id === 'string' ? id : made
  return (
    <div class={error === undefined ? 'field' : 'field field_wrong'}>
      <label class="field__label" for={own}>
        {label}
      </label>
      {hint === undefined ? null : (
        <div class="field__hint" id={`${own}-hint`}>
          {hint}
        </div>
      )}
      <FieldError id={`${own}-error`} error={error} />
      <input
        {...native}
        {...(inputRef === undefined ? {} : { ref: inputRef })}
        {...(type === 'email' ? ({ type: 'email' } as const) : ({ type: 'text' } as const))}
        id={own}
        class="field__input"
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        aria-invalid={error === undefined ? undefined : 'true'}
        aria-describedby={described(own, hint, error)}
      />
    </div>
  )
}

interface PasswordFieldProps extends Omit<FieldProps, 'type'> {
  /** Names of the button that shows and hides what is typed. */
  show: string
  hide: string
}

/** A password that can be looked at while it is typed. */
export function PasswordField(props: PasswordFieldProps) {
  const { label, value, onInput, error, hint, inputRef, id, show, hide, ...native } = props
  const made = useId()
  const own = typeof id === 'string' ? id : made
  const [shown, setShown] = useState(false)
  return (
    <div class={error === undefined ? 'field' : 'field field_wrong'}>
      <label class="field__label" for={own}>
        {label}
      </label>
      {hint === undefined ? null : (
        <div class="field__hint" id={`${own}-hint`}>
          {hint}
        </div>
      )}
      <FieldError id={`${own}-error`} error={error} />
      <div class="field__box">
        <input
          spellcheck={false}
          autocapitalize="none"
          // A boolean property in Chromium: the word 'off' would switch it on.
          autocorrect={false as unknown as string}
          {...native}
          {...(inputRef === undefined ? {} : { ref: inputRef })}
          id={own}
          class="field__input field__input_password"
          {...(shown ? {} : { type: 'password' })}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
          aria-invalid={error === undefined ? undefined : 'true'}
          aria-describedby={described(own, hint, error)}
        />
        <IconButton
          icon={shown ? 'eye-off' : 'eye'}
          label={shown ? hide : show}
          onClick={() => setShown(!shown)}
        />
      </div>
    </div>
  )
}

interface ChoiceProps {
  label: string
  value: string
  options: readonly { readonly value: string; readonly label: string }[]
  onChange: (value: string) => void
  id?: string
}

/** A drop-down list with its label. */
export function Choice({ label, value, options, onChange, id }: ChoiceProps) {
  const made = useId()
  const own = id ?? made
  return (
    <div class="field">
      <label class="field__label" for={own}>
        {label}
      </label>
      <div class="field__box">
        <select
          id={own}
          class="field__input field__input_choice"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="chevron-down" />
      </div>
    </div>
  )
}

function FieldError({ id, error }: { id: string; error: string | undefined }) {
  return error === undefined ? null : (
    <p class="field__error" id={id}>
      <Icon name="error" />
      <span>{error}</span>
    </p>
  )
}

function described(id: string, hint: ComponentChildren, error: string | undefined): string | undefined {
  const ids = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`]
  return ids.filter(Boolean).join(' ') || undefined
}
