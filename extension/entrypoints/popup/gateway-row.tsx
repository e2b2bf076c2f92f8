import type { TrustedGateway } from '../../protocol.ts'
import { Button, Icon } from '../../../shared/ui/index.ts'
import { usePopup } from './context.ts'
import './gateway-row.css'

export function GatewayRow({ gateway }: { gateway: TrustedGateway }) {
  const { popup, i18n, attempt } = usePopup()
  const { t } = i18n
  const { host, name, signedInAs, by } = gateway
  return (
    <li class="gateway-row">
      <Icon name="shield" />
      <div class="gateway-row__words">
        <p class="gateway-row__name wrap-anywhere" dir="auto">
          {name}
        </p>
        {name === host ? null : <p class="small muted wrap-anywhere">{host}</p>}
        <p class="small muted wrap-anywhere">
          {signedInAs === null
            ? t('popup.not-signed-in')
            : i18n.parts('popup.gateways.signed-in-as', { address: <bdi>{signedInAs}</bdi> })}
        </p>
        {by === 'policy' ? <p class="small muted">{t('popup.gateways.policy')}</p> : null}
      </div>
      <Button
        {...(signedInAs === null ? {} : { look: 'quiet' })}
        aria-label={t(signedInAs === null ? 'popup.sign-in-at' : 'popup.open-at', { host })}
        onClick={() => attempt(() => popup.openMessage(gateway.gateway))}
      >
        {t(signedInAs === null ? 'popup.sign-in' : 'popup.open')}
      </Button>
    </li>
  )
}
