import { useRef, useState } from 'preact/hooks'
import { Button, Dialog, Field } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { readLink } from '../read/link.ts'
import { isAddress } from './addresses.ts'

/** Asks where a link should lead. */
export function LinkDialog({ onAdd, onClose }: { onAdd: (href: string) => void; onClose: () => void }) {
  const { t } = usePortal()
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const add = () => {
    const href = completeLink(typed)
    if (href === undefined) {
      setWrong(true)
      input.current?.focus()
    } else onAdd(href)
  }
  return (
    <Dialog
      title={t('write.link-title')}
      closeLabel={t('common.close')}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={add}>
          {t('write.link-add')}
        </Button>
      }
    >
      <Field
        label={t('write.link-address')}
        value={typed}
        onInput={(value) => {
          setTyped(value)
          setWrong(false)
        }}
        error={wrong ? t('write.link-wrong') : undefined}
        inputRef={input}
        inputmode="url"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        autofocus
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          add()
        }}
      />
    </Dialog>
  )
}

/** `example.com` means https; an email address means mailto. Undefined for what leads nowhere. */
export function completeLink(typed: string): string | undefined {
  const text = typed.trim()
  if (isAddress(text)) return `mailto:${text}`
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`
  const link = readLink(whole)
  if (link === undefined) return undefined
  return link.host === undefined || link.host.includes('.') || link.host === 'localhost'
    ? link.href
    : undefined
}
