import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button, EmptyState, Spinner } from '../ui/index.ts'
import { usePortal } from './context.ts'

/** A component that is fetched when it is first shown. */
export interface Later<Props> {
  readonly Component: ComponentType<Props>
  /** Fetches it beforehand; a failure shows when it is needed. */
  prefetch(): void
}

/** @param load a dynamic import; tried again where it failed. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  let loaded: ComponentType<Props> | undefined
  const fetchNow = async () => {
    loaded ??= await load()
  }
  const Component = (props: Props) => {
    const { t, client } = usePortal()
    const [failed, setFailed] = useState(false)
    const [, setLoaded] = useState(loaded !== undefined)
    // The gateway answers and yet the code is gone: it was upgraded, and a page loaded anew knows the new names.
    const loadAnew = () => {
      client.portal().then(
        () => window.location.reload(),
        () => undefined,
      )
    }
    const tryNow = (otherwise: () => void) => {
      setFailed(false)
      fetchNow().then(
        () => setLoaded(true),
        () => {
          setFailed(true)
          otherwise()
        },
      )
    }
    useEffect(() => {
      if (!loaded) tryNow(() => undefined)
    }, [])
    if (loaded) {
      const Loaded = loaded
      return <Loaded {...props} />
    }
    if (!failed)
      return (
        <div class="later">
          <Spinner label={t('common.loading')} />
        </div>
      )
    return (
      <EmptyState
        icon="offline"
        announce
        title={t('shell.pane-failed')}
        actions={<Button onClick={() => tryNow(loadAnew)}>{t('common.retry')}</Button>}
      >
        {t('common.offline.words')}
      </EmptyState>
    )
  }
  return {
    Component,
    prefetch: () => {
      fetchNow().catch(() => undefined)
    },
  }
}
