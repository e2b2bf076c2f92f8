import { useComputed, useSignalEffect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Banner, Button } from '../../../shared/ui/index.ts'
import type { Admitted } from '../../protocol.ts'
import { usePage } from '../../pages/index.ts'
import { Bar } from './bar.tsx'
import type { Curtain } from './curtain.ts'
import { Edge, followFocus } from './edge.tsx'
import { watchHeight } from './height.ts'
import { closeByEscape } from './leave-keys.ts'
import { within } from './within.ts'
import './stage.css'

export interface StageProps {
  admitted: Admitted
  curtain: Curtain
  /** Saves what is typed. Rejects where that fails. */
  save: () => Promise<void>
  /** Goes on in a window of its own, where the page around is now. */
  toWindow: () => Promise<void>
  children: ComponentChildren
}

/** ms. What is typed has so long to reach the gateway before the person is asked. */
const patience = 5000
/** ms. A disturbed frame has 2.5 s in all; then the content script opens a window at the beginning. */
const patienceDisturbed = 1200

/** What stands around the content of a frame or window: the bar, the ways out, and nothing at all once disturbed. */
export function Stage({ admitted, curtain, save, toWindow, children }: StageProps) {
  const { t } = usePage()
  const framed = admitted.place === 'frame'
  const root = useRef<HTMLDivElement>(null)
  const [trail] = useState(() => followFocus(window))
  const [leaving, setLeaving] = useState<'no' | 'saving' | 'not-saved'>('no')
  const [failed, setFailed] = useState(false)
  /** The content comes with the first light: nothing takes input, or the focus, before. */
  const [lit, setLit] = useState(curtain.live.peek())
  const inert = useComputed(() => !curtain.live.value || curtain.disturbed.value !== undefined)
  const dark = useComputed(() => curtain.disturbed.value !== undefined)
  useSignalEffect(() => {
    if (curtain.live.value) setLit(true)
  })

  const close = () => {
    if (leaving === 'saving') return
    setLeaving('saving')
    within(patience, save()).then(
      () => curtain.close(),
      () => setLeaving('not-saved'),
    )
  }
  const go = () =>
    toWindow().then(
      () => curtain.close(),
      () => setFailed(true),
    )
  const moveOut = () => {
    if (leaving === 'saving') return
    setFailed(false)
    setLeaving('saving')
    within(patience, save()).then(
      () => go().finally(() => setLeaving('no')),
      () => setLeaving('not-saved'),
    )
  }
  useSignalEffect(() => {
    // Nobody can be asked here any more: what could not be saved in time is as the gateway last had it.
    if (curtain.disturbed.value !== undefined)
      within(patienceDisturbed, save())
        .catch(() => undefined)
        .finally(() => void go())
  })
  const latestClose = useRef(close)
  latestClose.current = close
  useEffect(() => (framed ? closeByEscape(document, () => latestClose.current()) : undefined), [framed])
  useEffect(
    () =>
      framed && root.current ? watchHeight(document, root.current, (px) => curtain.height(px)) : undefined,
    [framed],
  )

  return (
    <div ref={root} class={dark.value ? 'stage stage_dark' : 'stage'} inert={inert.value}>
      {framed ? <Edge at="before" trail={trail} onLeave={(to) => curtain.leave(to)} /> : null}
      <Bar
        admitted={admitted}
        busy={leaving === 'saving'}
        onWindow={framed && admitted.show === 'portal' ? moveOut : undefined}
        onClose={framed ? close : undefined}
      />
      {leaving === 'not-saved' ? (
        <div class="stage__trouble">
          <Banner
            tone="warning"
            title={t('inline.not-saved')}
            announce
            actions={<Button onClick={() => curtain.close()}>{t('inline.close-anyway')}</Button>}
          >
            {t('inline.not-saved-words')}
          </Banner>
        </div>
      ) : null}
      {failed ? (
        <div class="stage__trouble">
          <Banner tone="warning" announce>
            {t('inline.no-window')}
          </Banner>
        </div>
      ) : null}
      {lit ? children : <div class="stage__waiting" />}
      {framed ? <Edge at="after" trail={trail} onLeave={(to) => curtain.leave(to)} /> : null}
    </div>
  )
}
