import { Dialog } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import './keys-help.css'

const keys = [
  ['keys.next', ['j', '↓']],
  ['keys.previous', ['k', '↑']],
  ['keys.open', ['Enter']],
  ['keys.list', ['u']],
  ['keys.search', ['/']],
  ['keys.compose', ['c']],
  ['keys.reply', ['r']],
  ['keys.reply-all', ['a']],
  ['keys.forward', ['f']],
  ['keys.help', ['?']],
] as const

/** Every single key and what it does. */
export function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = usePortal()
  return (
    <Dialog title={t('shell.keys')} closeLabel={t('common.close')} onClose={onClose}>
      <dl class="keys-help">
        {keys.map(([name, letters]) => (
          <div key={name}>
            <dt>
              {letters.map((letter, index) => (
                <span key={letter}>
                  {index > 0 ? <span class="muted small"> {t('keys.or')} </span> : null}
                  <kbd>{letter}</kbd>
                </span>
              ))}
            </dt>
            <dd>{t(name)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
