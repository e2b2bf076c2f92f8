import { useState } from 'preact/hooks'
import type { TrustedGateway } from '../../protocol.ts'
import { Button, Dialog } from '../../../shared/ui/index.ts'
import { useOptions } from './context.ts'
import { GatewayCard } from './gateway-card.tsx'
import { Section } from './section.tsx'

/** The gateways that are trusted. */
export function GatewaysSection() {
  const { options, i18n, attempt, toasts } = useOptions()
  const { t } = i18n
  const [leaving, setLeaving] = useState<TrustedGateway>()
  const gateways = options.gateways.value
  const forget = ({ gateway, name }: TrustedGateway) => {
    setLeaving(undefined)
    attempt(async () => {
      await options.forget(gateway)
      toasts.show({ text: t('options.gateways.forgotten', { name }) })
    })
  }
  return (
    <Section id="gateways" title={t('options.gateways')} lead={t('options.gateways.lead')}>
      {gateways.length === 0 ? <p>{t('options.gateways.none')}</p> : null}
      {gateways.length === 0 ? null : (
        <ul>
          {gateways.map((gateway) => (
            <GatewayCard key={gateway.gateway} gateway={gateway} onForget={() => setLeaving(gateway)} />
          ))}
        </ul>
      )}
      {leaving === undefined ? null : (
        <Dialog
          title={t('options.gateways.forget.ask', { name: leaving.name })}
          closeLabel={t('common.close')}
          onClose={() => setLeaving(undefined)}
          actions={
            <>
              <Button look="danger" onClick={() => forget(leaving)}>
                {t('options.gateways.forget')}
              </Button>
              <Button onClick={() => setLeaving(undefined)}>{t('options.gateways.keep')}</Button>
            </>
          }
        >
          <p>{t('options.gateways.forget.words')}</p>
        </Dialog>
      )}
    </Section>
  )
}
