import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Offer } from '../../protocol.ts'
import { Banner, Button } from '../../../shared/ui/index.ts'
import { useOptions } from './context.ts'
import { Fingerprint } from './fingerprint.tsx'
import './offer-card.css'

interface OfferCardProps {
  offer: Offer
  onTrust: () => Promise<void>
  onRefuse: () => void
}

/** What a gateway says of itself, and the decision. */
export function OfferCard({ offer, onTrust, onRefuse }: OfferCardProps) {
  const { options, i18n } = useOptions()
  const { t } = i18n
  const [busy, setBusy] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  // Read on here: what was asked for has come.
  useLayoutEffect(() => {
    heading.current?.focus()
    heading.current?.scrollIntoView({ block: 'nearest' })
  }, [offer])
  const before = options.gateways.value.find(({ gateway }) => gateway === offer.gateway)
  const changed = !offer.trusted && before !== undefined
  return (
    <div class={changed ? 'offer-card offer-card_changed' : 'offer-card'}>
      <h3 ref={heading} tabIndex={-1}>
        {t('pair.found')}
      </h3>
      {changed ? (
        <Banner tone="error" title={t('pair.changed.title')} announce>
          <p>{t('pair.changed')}</p>
        </Banner>
      ) : null}
      <dl class="offer-card__facts">
        <dt>{t('pair.host')}</dt>
        <dd class="offer-card__host wrap-anywhere">{offer.host}</dd>
        <dt>{t('pair.name')}</dt>
        <dd class="wrap-anywhere" dir="auto">
          {offer.name}
        </dd>
        {changed ? (
          <>
            <dt id="fingerprint-before">{t('pair.changed-old')}</dt>
            <dd>
              <Fingerprint value={before.fingerprint} labelledBy="fingerprint-before" />
            </dd>
          </>
        ) : null}
        <dt id="fingerprint">{t('pair.fingerprint')}</dt>
        <dd>
          <Fingerprint value={offer.fingerprint} labelledBy="fingerprint" />
        </dd>
      </dl>
      {offer.trusted ? (
        <Banner tone="good">{t('pair.already')}</Banner>
      ) : (
        <>
          <div class="offer-card__how">
            <h4>{t('pair.compare')}</h4>
            <ul>
              <li>{t('pair.compare-where')}</li>
              <li>{t('pair.compare-all')}</li>
              <li>{t('pair.compare-name')}</li>
            </ul>
          </div>
          <div class="offer-card__actions">
            <Button
              look={changed ? 'danger' : 'primary'}
              busy={busy ? t('pair.trusting') : undefined}
              onClick={() => {
                setBusy(true)
                void onTrust().finally(() => setBusy(false))
              }}
            >
              {t('pair.trust')}
            </Button>
            <Button onClick={onRefuse}>{t('pair.do-not')}</Button>
          </div>
        </>
      )}
    </div>
  )
}
