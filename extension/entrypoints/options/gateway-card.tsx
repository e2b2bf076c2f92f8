import { useId } from 'preact/hooks'
import type { TrustedGateway } from '../../protocol.ts'
import { Banner, Button, Icon } from '../../../shared/ui/index.ts'
import { useOptions } from './context.ts'
import { Fingerprint } from './fingerprint.tsx'
import { ByPolicy } from './section.tsx'
import './gateway-card.css'

/** One gateway: whose it is, by whom it is trusted, and its fingerprint. */
export function GatewayCard({ gateway, onForget }: { gateway: TrustedGateway; onForget: () => void }) {
  const { i18n } = useOptions()
  const { t } = i18n
  const id = useId()
  const { name, host, by, since, signedInAs, fingerprint, trouble } = gateway
  return (
    <li class="gateway-card">
      <Icon name="shield" />
      <div class="gateway-card__words">
        <h3 class="wrap-anywhere" dir="auto">
          {name}
        </h3>
        {name === host ? null : <p class="wrap-anywhere">{host}</p>}
        <p class="small muted wrap-anywhere">
          {signedInAs === null
            ? t('options.gateways.not-signed-in')
            : i18n.parts('options.gateways.signed-in-as', { address: <bdi>{signedInAs}</bdi> })}
        </p>
        {by === 'policy' ? (
          <ByPolicy />
        ) : (
          <p class="small muted">{t('options.gateways.since', { day: i18n.day(since) })}</p>
        )}
        <details class="gateway-card__more">
          <summary class="small" id={id}>
            {t('pair.fingerprint')}
          </summary>
          <Fingerprint value={fingerprint} labelledBy={id} />
        </details>
        {trouble === 'refused' ? <Banner tone="warning">{t('options.gateways.trouble')}</Banner> : null}
      </div>
      {by === 'policy' ? null : (
        <Button aria-label={t('options.gateways.forget-one', { name })} onClick={onForget}>
          {t('options.gateways.forget')}
        </Button>
      )}
    </li>
  )
}
