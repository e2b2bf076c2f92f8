import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon, IconButton, Menu } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import type { MessageFolder } from '../lists.ts'
import './list-head.css'

const orders = ['newest', 'oldest', 'sender', 'subject', 'expiry'] as const

interface ListHeadProps {
  title: string
  folder: MessageFolder
  /** The filter of unread messages makes sense only where messages arrive. */
  withUnread: boolean
  searchRef: RefObject<HTMLInputElement | null>
}

/** Search, order and filter of a list. */
export function ListHead({ title, folder, withUnread, searchRef }: ListHeadProps) {
  const { t } = usePortal()
  const query = folder.query.value
  const [search, setSearch] = useState(query.search)
  const asked = useRef(query.search)
  const ask = (text: string) => {
    if (asked.current === text) return
    asked.current = text
    folder.ask({ search: text })
  }
  useEffect(() => {
    const timer = setTimeout(() => ask(search.trim()), 250)
    return () => clearTimeout(timer)
  }, [search])

  return (
    <header class="list-head">
      <div class="list-head__line">
        <h1 class="list-head__title">{title}</h1>
        {withUnread ? (
          <button
            type="button"
            class="list-head__filter"
            aria-pressed={query.unreadOnly}
            onClick={() => folder.ask({ unreadOnly: !query.unreadOnly })}
          >
            {query.unreadOnly ? <Icon name="check" /> : null}
            {t('list.unread-only')}
          </button>
        ) : null}
        <IconButton icon="refresh" label={t('list.refresh')} onClick={() => void folder.refresh()} />
        <Menu
          icon="sort"
          label={t('list.sort-by', { order: t(`list.sort.${query.sort}`) })}
          groups={[
            orders.map((order) => ({
              label: t(`list.sort.${order}`),
              checked: order === query.sort,
              run: () => folder.ask({ sort: order }),
            })),
          ]}
        />
      </div>
      <form
        role="search"
        class="list-head__search"
        onSubmit={(event) => {
          event.preventDefault()
          ask(search.trim())
        }}
      >
        <Icon name="search" />
        <input
          ref={searchRef}
          type="search"
          class="list-head__input"
          aria-label={t('list.search')}
          placeholder={t('list.search')}
          maxLength={200}
          enterkeyhint="search"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            if (search !== '') event.preventDefault()
            setSearch('')
            event.currentTarget.blur()
          }}
        />
        {search === '' ? null : (
          <IconButton
            icon="close"
            label={t('list.search-clear')}
            onClick={() => {
              setSearch('')
              searchRef.current?.focus()
            }}
          />
        )}
      </form>
    </header>
  )
}
