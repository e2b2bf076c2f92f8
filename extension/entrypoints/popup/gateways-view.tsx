import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button, Dialog, EmptyState, IconButton, Mark } from '../../../shared/ui/index.ts'
import { usePopup } from './context.ts'
import { GatewayRow } from './gateway-row.tsx'

/** The gateways that are trusted, who is signed in there, and the way out of all of them. */
export function GatewaysView({ onBack }: { onBack: () => void }) {
  const { popup, i18n, attempt, toasts } = usePopup()
  const { t } = i18n
  const [asking, setAsking] = useState(false)
  const back = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => back.current?.focus(), [])
  const gateways = popup.gateways.value ?? []
  const leave = () => {
    setAsking(false)
    attempt(async () => {
      await popup.signOutEverywhere()
      toasts.show({ text: t('popup.sign-out.done') })
    })
  }
  return (
    <>
      <header class="popup__head">
        <IconButton icon="back" label={t('popup.back')} buttonRef={back} onClick={onBack} />
        <h1 class="popup__title">{t('popup.gateways')}</h1>
        <IconButton
          icon="settings"
          label={t('popup.options')}
          onClick={() => attempt(() => popup.openOptions('#gateways'))}
        />
      </header>
      <main class="popup__scroll">
        {gateways.length === 0 ? (
          <EmptyState picture={<Mark size="l" />} title={t('popup.gateways.none')}>
            {t('popup.begin.words')}
          </EmptyState>
        ) : (
          <ul>
            {gateways.map((gateway) => (
              <GatewayRow key={gateway.gateway} gateway={gateway} />
            ))}
          </ul>
        )}
      </main>
      <footer class="popup__foot popup__actions">
        <Button onClick={() => attempt(() => popup.openOptions('#add'))}>{t('popup.gateways.add')}</Button>
        {gateways.some((one) => one.signedInAs !== null) ? (
          <Button look="quiet" onClick={() => setAsking(true)}>
            {t('popup.sign-out')}
          </Button>
        ) : null}
      </footer>
      {asking ? (
        <Dialog
          title={t('popup.sign-out.ask')}
          closeLabel={t('common.close')}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button look="danger" onClick={leave}>
                {t('popup.sign-out')}
              </Button>
              <Button onClick={() => setAsking(false)}>{t('popup.sign-out.stay')}</Button>
            </>
          }
        >
          <p>{t('popup.sign-out.words')}</p>
        </Dialog>
      ) : null}
    </>
  )
}
