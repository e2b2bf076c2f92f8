import type { RefObject } from 'preact'
import { useRef } from 'preact/hooks'
import { Icon, IconButton } from '../../../shared/ui/index.ts'
import '../../../shared/ui/field.css'
import { usePopup } from './context.ts'

/** Searches while one types; arrow down leads into the list. */
export function SearchField({ rows }: { rows: RefObject<HTMLUListElement | null> }) {
  const { popup, i18n } = usePopup()
  const { t } = i18n
  const input = useRef<HTMLInputElement>(null)
  const value = popup.search.value
  return (
    <search class="popup__search">
      <Icon name="search" />
      <input
        ref={input}
        type="text"
        inputmode="search"
        enterkeyhint="search"
        class="field__input"
        aria-label={t('popup.search')}
        placeholder={t('popup.search')}
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => popup.setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            event.preventDefault()
            rows.current?.querySelector('button')?.focus()
          } else if (event.key === 'Escape' && value !== '') {
            // The first Escape empties the field, the next one closes the popup.
            event.preventDefault()
            popup.setSearch('')
          }
        }}
      />
      {value === '' ? null : (
        <IconButton
          icon="close"
          label={t('popup.search-clear')}
          onClick={() => {
            popup.setSearch('')
            input.current?.focus()
          }}
        />
      )}
    </search>
  )
}
