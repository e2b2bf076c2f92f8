import type { SentResponse } from '../../contract/index.ts'
import type { Portal } from '../context.ts'

/** What happens to a message now that it is sent. */
export function sentWords(
  { t, i18n }: Pick<Portal, 't' | 'i18n'>,
  { held, delivered }: SentResponse,
): string {
  if (held.length > 0 && delivered.length > 0)
    return t('write.sent-both', {
      held: i18n.value.number(held.length),
      delivered: i18n.value.number(delivered.length),
    })
  if (held.length > 0) return t('write.sent-held', { count: held.length })
  if (delivered.length > 0) return t('write.sent-delivered', { count: delivered.length })
  return t('write.sent')
}
