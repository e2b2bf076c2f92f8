import { useEffect, useState } from 'preact/hooks'
import { Button, Icon, IconButton, LinkButton, Spinner } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { useSave } from './use-save.ts'

interface FileLinkProps {
  /** Below the gateway's `/api/`. */
  path: string
  /** What it is kept as. */
  name: string
  /** Bytes, where known: for the progress. */
  size?: number | undefined
  /** Accessible name where only the drawing is shown. */
  label?: string
  look?: 'primary' | 'quiet'
  /** Without them only the drawing is shown. */
  children?: preact.ComponentChildren
}

/** Downloads a file: a plain link where that works, else fetched through the host and then kept. */
export function FileLink({ path, name, size, label, look = 'quiet', children }: FileLinkProps) {
  const { t, i18n } = usePortal()
  const save = useSave()
  const slow = useSlow(save.received !== undefined)
  if (!save.needed)
    return children === undefined ? (
      <a class="icon-button" href={path} download={name} aria-label={label} title={t('read.download')}>
        <Icon name="download" />
      </a>
    ) : (
      <LinkButton look={look} icon="download" href={path} download={name}>
        {children}
      </LinkButton>
    )
  const start = () => save.start(path, name)
  if (!slow || save.received === undefined)
    return children === undefined ? (
      <IconButton icon="download" label={label ?? name} onClick={start} />
    ) : (
      <Button look={look} icon="download" onClick={start}>
        {children}
      </Button>
    )
  const progress =
    size === undefined || size === 0
      ? i18n.value.size(save.received)
      : i18n.value.percent(Math.min(1, save.received / size))
  const cancel = t('read.cancel-download', { name })
  return (
    <button
      type="button"
      class="button button_quiet file-link_working"
      aria-label={cancel}
      title={cancel}
      onClick={() => save.cancel()}
    >
      <Spinner small label={t('read.fetching-file', { name })} />
      <span class="button__words tabular">{progress}</span>
    </button>
  )
}

/** True once something has taken long enough to be worth showing (150 ms). */
function useSlow(working: boolean): boolean {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (!working) {
      setSlow(false)
      return
    }
    const timer = setTimeout(() => setSlow(true), 150)
    return () => clearTimeout(timer)
  }, [working])
  return slow
}
