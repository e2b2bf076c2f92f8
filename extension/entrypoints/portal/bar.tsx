import { Icon, IconButton, Mark, Spinner } from '../../../shared/ui/index.ts'
import type { Admitted } from '../../protocol.ts'
import { usePage } from '../../pages/index.ts'
import './bar.css'

interface BarProps {
  admitted: Admitted
  /** Only in a frame. */
  onWindow?: (() => void) | undefined
  onClose?: (() => void) | undefined
  /** While it saves, before it closes or goes on elsewhere. */
  busy: boolean
}

/**
 * The line that says whose this is: always at the top, always the same. Genuine, look-alike and unknown differ in
 * drawing and words, not only in colour.
 */
export function Bar({ admitted, onWindow, onClose, busy }: BarProps) {
  const { t } = usePage()
  const kind = kindOf(admitted)
  const host = hostOf(admitted)
  return (
    <section class={`bar bar_${kind}`} aria-label={t('inline.bar')}>
      <span class="bar__mark">
        <Mark />
      </span>
      <div class="bar__words">
        <p class="bar__name">
          Postern
          {host === null ? null : (
            <>
              <span class="bar__dot"> · </span>
              <bdi class="bar__host" dir="ltr">
                {host}
              </bdi>
            </>
          )}
        </p>
        <p class="bar__state">
          <Icon name={icons[kind]} />
          <span>{t(`inline.${kind}`)}</span>
        </p>
      </div>
      <div class="bar__end">{busy ? <Spinner small label={t('inline.closing')} /> : null}</div>
      {onWindow === undefined ? null : (
        <IconButton icon="window" label={t('inline.window')} onClick={onWindow} />
      )}
      {onClose === undefined ? null : <IconButton icon="close" label={t('inline.close')} onClick={onClose} />}
    </section>
  )
}

const icons = { verified: 'shield', 'look-alike': 'warning', unknown: 'question' } as const

function kindOf(admitted: Admitted): keyof typeof icons {
  if (admitted.show === 'portal' || admitted.verdict.state === 'genuine') return 'verified'
  return admitted.verdict.state === 'look-alike' ? 'look-alike' : 'unknown'
}

/** A look-alike's address never stands where a genuine one does. */
function hostOf(admitted: Admitted): string | null {
  if (admitted.show === 'portal') return admitted.host
  return admitted.verdict.state === 'genuine' ? admitted.verdict.host : null
}
