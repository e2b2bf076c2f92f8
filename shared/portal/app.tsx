import { useSignalEffect } from '@preact/signals'
import { ToastHost } from '../ui/index.ts'
import { type Portal, PortalContext, usePortal } from './context.ts'
import { Gate } from './entry/gate.tsx'
import { LinkScreen } from './entry/link.tsx'
import { ResetScreen } from './entry/reset.tsx'
import { UnknownScreen } from './entry/unknown.tsx'
import { Shell } from './shell/shell.tsx'

/** The whole portal, over what its host provides. */
export function App({ portal }: { portal: Portal }) {
  useSignalEffect(() => {
    const { language, direction } = portal.i18n.value
    document.documentElement.lang = language
    document.documentElement.dir = direction
    document.documentElement.dataset['surface'] = portal.surface
  })
  return (
    <PortalContext.Provider value={portal}>
      <Screens />
      <ToastHost toasts={portal.toasts} closeLabel={portal.t('common.close')} />
    </PortalContext.Provider>
  )
}

function Screens() {
  const route = usePortal().router.route.value
  switch (route.name) {
    case 'folder':
      return (
        <Gate>
          <Shell route={route} />
        </Gate>
      )
    case 'link':
      return <LinkScreen key={route.token} token={route.token} />
    case 'reset':
      return <ResetScreen key={route.token} token={route.token} />
    case 'unknown':
      return <UnknownScreen />
  }
}
