import { useEffect, useState } from 'preact/hooks'
import { Button, EmptyState, Mark, Skeleton, type Toasts, ToastHost } from '../../../shared/ui/index.ts'
import { type ExtensionPage, PageContext } from '../../pages/index.ts'
import { AppearanceSection } from './appearance-section.tsx'
import { OptionsContext } from './context.ts'
import { GatewaysSection } from './gateways-section.tsx'
import type { Options } from './options.ts'
import { PairSection } from './pair-section.tsx'
import { PersonalSection } from './personal-section.tsx'
import { readPlace } from './place.ts'
import { ReadingSection } from './reading-section.tsx'
import { SitesSection } from './sites-section.tsx'
import './options.css'

interface AppProps {
  options: Options
  page: ExtensionPage
  toasts: Toasts
  random: (limit: number) => number
}

const sections = ['gateways', 'sites', 'reading', 'personal', 'appearance'] as const

export function App({ options, page, toasts, random }: AppProps) {
  const { t } = page
  const [place, setPlace] = useState(() => readPlace(location.hash))
  const status = options.status.value
  useEffect(() => {
    void options.load()
    const follow = () => setPlace(readPlace(location.hash))
    // What another page or a sign-in changed in the meantime.
    const back = () => {
      if (document.visibilityState === 'visible') void options.load()
    }
    window.addEventListener('hashchange', follow)
    document.addEventListener('visibilitychange', back)
    return () => {
      window.removeEventListener('hashchange', follow)
      document.removeEventListener('visibilitychange', back)
    }
  }, [options])
  // The page was empty when the browser looked for the place of the link.
  useEffect(() => {
    if (status === 'ready' && place.section !== 'add')
      document.getElementById(place.section)?.scrollIntoView()
  }, [status === 'ready', place])
  const title = t('options.title')
  useEffect(() => {
    document.title = title
  }, [title])
  const attempt = (job: () => Promise<unknown>) => {
    job().catch(() => toasts.show({ text: t('options.not-saved') }))
  }
  return (
    <PageContext.Provider value={page}>
      <OptionsContext.Provider value={{ options, toasts, random, attempt }}>
        <div class="options">
          <header class="options__head">
            <Mark />
            <h1>{title}</h1>
          </header>
          <nav class="options__nav" aria-label={t('options.sections')}>
            {sections.map((id) => (
              <a key={id} href={`#${id}`}>
                {t(`options.${id}`)}
              </a>
            ))}
          </nav>
          <main class="options__main">
            {status === 'loading' ? <Skeleton lines={9} label={t('options.loading')} /> : null}
            {status === 'failed' ? (
              <EmptyState
                icon="offline"
                announce
                title={t('options.broken.title')}
                actions={<Button onClick={() => void options.load()}>{t('common.retry')}</Button>}
              >
                {t('options.broken.words')}
              </EmptyState>
            ) : null}
            {status === 'ready' ? (
              <>
                <GatewaysSection />
                <PairSection place={place} />
                <SitesSection />
                <ReadingSection />
                <PersonalSection />
                <AppearanceSection />
                <p class="small muted">{t('options.version', { version: options.version })}</p>
              </>
            ) : null}
          </main>
        </div>
        <ToastHost toasts={toasts} closeLabel={t('common.close')} />
      </OptionsContext.Provider>
    </PageContext.Provider>
  )
}
