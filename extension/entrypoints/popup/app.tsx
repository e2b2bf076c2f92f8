import { useEffect, useState } from 'preact/hooks'
import { type Toasts, ToastHost } from '../../../shared/ui/index.ts'
import { type ExtensionPage, PageContext } from '../../pages/index.ts'
import { PopupContext } from './context.ts'
import { GatewaysView } from './gateways-view.tsx'
import { MessagesView } from './messages-view.tsx'
import type { Popup } from './popup.ts'
import './popup.css'

interface AppProps {
  popup: Popup
  page: ExtensionPage
  toasts: Toasts
  now: () => number
}

export function App({ popup, page, toasts, now }: AppProps) {
  const [view, setView] = useState<'messages' | 'gateways'>('messages')
  useEffect(() => {
    void popup.refresh()
    // Where the popup is a page, one comes back to it.
    const back = () => {
      if (document.visibilityState === 'visible') void popup.refresh()
    }
    document.addEventListener('visibilitychange', back)
    return () => document.removeEventListener('visibilitychange', back)
  }, [popup])
  const attempt = (job: () => Promise<unknown>) => {
    job().catch(() => toasts.show({ text: page.t('popup.broken.title') }))
  }
  return (
    <PageContext.Provider value={page}>
      <PopupContext.Provider value={{ popup, toasts, now, attempt }}>
        <div class="popup">
          {view === 'messages' ? (
            <MessagesView onGateways={() => setView('gateways')} />
          ) : (
            <GatewaysView onBack={() => setView('messages')} />
          )}
        </div>
        <ToastHost toasts={toasts} closeLabel={page.t('common.close')} />
      </PopupContext.Provider>
    </PageContext.Provider>
  )
}
