import { useEffect, useRef, useState } from 'preact/hooks'
import type { Offer } from '../../protocol.ts'
import { Banner, Button, ErrorSummary, Field } from '../../../shared/ui/index.ts'
import { AskError } from '../../pages/index.ts'
import { useOptions } from './context.ts'
import { OfferCard } from './offer-card.tsx'
import type { Place } from './place.ts'
import { Section } from './section.tsx'

const known = [
  'address-wrong',
  'no-answer',
  'not-a-gateway',
  'description-refused',
  'fingerprint-changed',
] as const

/**
 * Trusting a gateway: look up, compare, decide. Threat: what leads here may come from a hostile mail, so an address
 * that came along is only filled in; the gateway is asked when the person says so.
 */
export function PairSection({ place }: { place: Place }) {
  const { options, i18n, toasts } = useOptions()
  const { t } = i18n
  const [address, setAddress] = useState('')
  const [missing, setMissing] = useState(false)
  const [busy, setBusy] = useState(false)
  const [offer, setOffer] = useState<Offer>()
  const [problem, setProblem] = useState<{ words: string; attempt: number }>()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (place.section !== 'add') return
    setAddress(place.address)
    setOffer(undefined)
    setProblem(undefined)
    input.current?.focus()
    input.current?.scrollIntoView({ block: 'center' })
  }, [place])
  if (!options.mayPair.value)
    return (
      <Section id="add" title={t('pair.title')}>
        <Banner icon="lock">{t('pair.not-allowed')}</Banner>
      </Section>
    )

  const tell = (error: unknown) => {
    const code = known.find((one) => error instanceof AskError && error.code === one) ?? 'failed'
    setProblem((before) => ({ words: t(`pair.problem.${code}`), attempt: (before?.attempt ?? 0) + 1 }))
  }
  const lookUp = async (event: Event) => {
    event.preventDefault()
    if (busy) return
    setOffer(undefined)
    setProblem(undefined)
    setMissing(address.trim() === '')
    if (address.trim() === '') {
      input.current?.focus()
      return
    }
    setBusy(true)
    await options.lookUp(address).then(setOffer, tell)
    setBusy(false)
  }
  const trust = async (chosen: Offer) => {
    setProblem(undefined)
    try {
      await options.trust(chosen)
      setOffer(undefined)
      setAddress('')
      toasts.show({ text: t('pair.trusted', { name: chosen.name }) })
      input.current?.focus()
    } catch (error) {
      setOffer(undefined)
      tell(error)
    }
  }
  return (
    <Section id="add" title={t('pair.title')} lead={t('pair.lead')}>
      {problem === undefined ? null : (
        <ErrorSummary title={t('pair.problem')} attempt={problem.attempt}>
          <p>{problem.words}</p>
        </ErrorSummary>
      )}
      <form class="line-form" noValidate onSubmit={(event) => void lookUp(event)}>
        <Field
          id="gateway-address"
          label={t('pair.address')}
          hint={t('pair.address-hint')}
          error={missing ? t('pair.address-missing') : undefined}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          inputmode="url"
          maxlength={300}
          inputRef={input}
          value={address}
          onInput={(text) => {
            setAddress(text)
            setMissing(false)
            // What was found belongs to what was typed.
            setOffer(undefined)
          }}
        />
        <Button type="submit" busy={busy ? t('pair.looking-up') : undefined}>
          {t('pair.look-up')}
        </Button>
      </form>
      {offer === undefined ? null : (
        <OfferCard
          offer={offer}
          onTrust={() => trust(offer)}
          onRefuse={() => {
            setOffer(undefined)
            setAddress('')
            input.current?.focus()
          }}
        />
      )}
    </Section>
  )
}
