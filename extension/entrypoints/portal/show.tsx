import type { ReadonlySignal } from '@preact/signals'
import { type ComponentChildren, render } from 'preact'
import { App } from '../../../shared/portal/index.ts'
import { EmptyState } from '../../../shared/ui/index.ts'
import type { Admitted } from '../../protocol.ts'
import { createPage, PageContext, type PageOptions, randomBelow, usePage } from '../../pages/index.ts'
import { askOnce, createPortalTransport } from './calls.ts'
import { createCurtain, type Curtain } from './curtain.ts'
import { hostPortal } from './hosting.ts'
import { keepInside } from './leave-keys.ts'
import { Stage, type StageProps } from './stage.tsx'
import { VerdictScreen } from './verdict.tsx'
import type { Wire } from './wire.ts'
import '../../../shared/ui/base.css'
import '../../../shared/portal/surface.css'

export interface ShowOptions {
  readonly window: Window
  readonly admitted: Admitted
  readonly wire: Wire
  /** To the content script; null in the extension's own window. */
  readonly port: MessagePort | null
  readonly now: () => number
  readonly keep: PageOptions['keep']
  /** The background lets this page in no more. */
  readonly over: ReadonlySignal<boolean>
}

/** Draws what an admitted page may show. */
export async function showAdmitted(options: ShowOptions): Promise<void> {
  const { window, admitted, wire, port, now, keep } = options
  const { document } = window
  const root = document.getElementById('root')
  if (!root) throw new Error('the page has no #root')
  const wished = window.navigator.languages
  document.documentElement.dataset['surface'] = admitted.place
  keepInside(document)
  const page = await createPage({
    root: document.documentElement,
    settings: admitted.settings,
    wished,
    keep,
  })
  const openWindow = (path: string) => askOnce(wire, { call: 'window', path })
  /** Says to the content script that this page is there, and so comes last. */
  const draw = (
    curtain: Curtain,
    ways: Pick<StageProps, 'save' | 'toWindow'>,
    content: ComponentChildren,
  ) => {
    const Content = () => <>{options.over.value ? <Over /> : content}</>
    render(
      <PageContext.Provider value={page}>
        <Stage admitted={admitted} curtain={curtain} {...ways}>
          <Content />
        </Stage>
      </PageContext.Provider>,
      root,
    )
  }
  const nothing = () => Promise.resolve()

  if (admitted.show === 'verdict') {
    // There is nothing to save or to go on with: what disturbs it only takes it away.
    draw(
      createCurtain({ port, now }),
      { save: nothing, toWindow: nothing },
      <VerdictScreen verdict={admitted.verdict} onPair={() => askOnce(wire, { call: 'pair' })} />,
    )
    return
  }
  const transport = createPortalTransport(wire, () => ({
    title: page.t('inline.broken'),
    detail: page.t('inline.broken-words'),
  }))
  const random = randomBelow(window.crypto)
  const check: Curtain['check'] = (control) => curtain.check(control)
  const host = { admitted, window, page, transport, check, wished, now, random, openWindow }
  const { portal, place } = await hostPortal(host)
  const curtain = createCurtain({ port, now })
  draw(
    curtain,
    { save: () => portal.unsaved.save(), toWindow: () => openWindow(place.read()) },
    <App portal={portal} />,
  )
}

/** The extension was updated or switched off under this page, or the gateway is trusted no more. */
function Over() {
  const { t } = usePage()
  return (
    <main>
      <EmptyState level={1} icon="offline" announce title={t('inline.interrupted')}>
        {t('inline.interrupted-words')}
      </EmptyState>
    </main>
  )
}
