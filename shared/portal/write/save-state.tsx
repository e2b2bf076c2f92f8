import type { ReadonlySignal } from '@preact/signals'
import { usePortal } from '../context.ts'
import type { SaveStatus } from './saver.ts'

/** Whether what was typed is safe. Spoken only where it is not. */
export function SaveState({ status }: { status: ReadonlySignal<SaveStatus> }) {
  const { t, i18n, now } = usePortal()
  const { value } = status
  const words =
    value.state === 'saved'
      ? value.at === undefined
        ? ''
        : t('write.saved', { when: i18n.value.listDate(value.at, now()) })
      : value.state === 'failed'
        ? t('write.save-failed')
        : value.state === 'saving'
          ? t('write.saving')
          : t('write.unsaved')
  return (
    <span
      class={value.state === 'failed' ? 'composer__saved composer__saved_failed' : 'composer__saved tabular'}
      role={value.state === 'failed' ? 'alert' : undefined}
    >
      {words}
    </span>
  )
}
