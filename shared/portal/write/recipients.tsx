import { useId, useRef, useState } from 'preact/hooks'
import { Icon } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { faultOf, splitAddresses } from './addresses.ts'
import { allowedWords } from './allowed-words.ts'
import './recipients.css'

interface RecipientsProps {
  /** Name of the field: To or Cc. */
  label: string
  people: readonly string[]
  onChange: (people: readonly string[]) => void
  allowed: readonly string[]
  /** Said under the field when it is pressed to send and wrong. */
  error?: string | undefined
  id: string
  autofocus?: boolean
}

/** Addresses as chips; what is not (yet) one shows so at once, and why. */
export function Recipients({ label, people, onChange, allowed, error, id, autofocus }: RecipientsProps) {
  const { t, i18n } = usePortal()
  const [typed, setTyped] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const list = useId()
  const hint = useId()

  const add = (text: string) => {
    const fresh = splitAddresses(text).filter(
      (one, at, all) => !people.includes(one) && all.indexOf(one) === at,
    )
    setTyped('')
    if (fresh.length > 0) onChange([...people, ...fresh])
  }
  const remove = (address: string) => {
    onChange(people.filter((one) => one !== address))
    input.current?.focus()
  }
  const faults = people.flatMap((address) => {
    const fault = faultOf(address, allowed)
    return fault === undefined ? [] : [{ address, fault }]
  })
  const first = faults[0]
  const wrong =
    first === undefined
      ? error
      : first.fault === 'malformed'
        ? t('write.wrong-address', { address: first.address })
        : t('write.not-allowed', { address: first.address, who: allowedWords(t, i18n.value, allowed) })
  const suggestions = allowed.filter((one) => !one.startsWith('@') && !people.includes(one))

  return (
    <div class={wrong === undefined ? 'recipients' : 'recipients recipients_wrong'}>
      <div
        class="recipients__line"
        onMouseDown={(event) => {
          // A click beside the chips goes to the input, as in one large field.
          if (event.target !== event.currentTarget) return
          event.preventDefault()
          input.current?.focus()
        }}
      >
        <label class="recipients__label" for={id}>
          {label}
        </label>
        <ul class="recipients__chips">
          {people.map((address) => (
            <li
              key={address}
              class={
                faults.some((fault) => fault.address === address)
                  ? 'recipients__chip recipients__chip_wrong'
                  : 'recipients__chip'
              }
            >
              {faults.some((fault) => fault.address === address) ? <Icon name="error" /> : null}
              <bdi>{address}</bdi>
              <button
                type="button"
                class="recipients__remove"
                aria-label={t('write.remove-person', { address })}
                onClick={() => remove(address)}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
        <input
          ref={input}
          id={id}
          class="recipients__input"
          type="text"
          inputmode="email"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          {...(autofocus ? { autofocus: true } : {})}
          {...(suggestions.length > 0 ? { list } : {})}
          value={typed}
          aria-describedby={hint}
          aria-invalid={wrong === undefined ? undefined : 'true'}
          onInput={(event) => {
            const { value } = event.currentTarget
            // Chosen from the suggestions, or a separator typed or pasted.
            if (/[,;\n]/.test(value) || suggestions.includes(value)) add(value)
            else setTyped(value)
          }}
          onKeyDown={(event) => {
            if (event.isComposing) return
            if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
              event.preventDefault()
              if (typed.trim() !== '') add(typed)
            } else if (event.key === 'Backspace' && typed === '' && people.length > 0) {
              const last = people.at(-1) ?? ''
              onChange(people.slice(0, -1))
              setTyped(last)
              event.preventDefault()
            }
          }}
          onPaste={(event) => {
            const text = event.clipboardData?.getData('text/plain') ?? ''
            if (splitAddresses(text).length < 2) return
            event.preventDefault()
            add(text)
          }}
          onBlur={() => {
            if (typed.trim() !== '') add(typed)
          }}
        />
        {suggestions.length === 0 ? null : (
          <datalist id={list}>
            {suggestions.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        )}
      </div>
      <p class={wrong === undefined ? 'unseen' : 'recipients__error'} id={hint}>
        {wrong === undefined ? null : <Icon name="error" />}
        <span>{wrong ?? t('write.add-person-hint')}</span>
      </p>
    </div>
  )
}
