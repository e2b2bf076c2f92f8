import type { Waiting } from '../../protocol.ts'
import { Button, Icon } from '../../../shared/ui/index.ts'
import { usePopup } from './context.ts'
import './missing-rows.css'

/** Gateways whose messages could not be asked for: signed out, or silent. */
export function MissingRows({ missing }: { missing: Waiting['missing'] }) {
  const { popup, i18n, attempt } = usePopup()
  const { t } = i18n
  if (missing.length === 0) return null
  const hostOf = (gateway: string) =>
    popup.gateways.value?.find((one) => one.gateway === gateway)?.host ?? new URL(gateway).host
  return (
    <ul class="missing-rows" aria-label={t('popup.gateways')}>
      {missing.map(({ gateway, why }) => (
        <li key={gateway} class="missing-rows__row">
          <Icon name={why === 'signed-out' ? 'lock' : 'offline'} />
          <span class="missing-rows__words">
            <bdi class="missing-rows__host">{hostOf(gateway)}</bdi>
            <span class="small muted">
              {t(why === 'signed-out' ? 'popup.not-signed-in' : 'popup.no-answer')}
            </span>
          </span>
          {why === 'signed-out' ? (
            <Button
              aria-label={t('popup.sign-in-at', { host: hostOf(gateway) })}
              onClick={() => attempt(() => popup.openMessage(gateway))}
            >
              {t('popup.sign-in')}
            </Button>
          ) : (
            <Button look="quiet" onClick={() => attempt(() => popup.refresh())}>
              {t('common.retry')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}
